"""`plantrace schema`: what editors complete and check in metadata and in mkdocs.yml."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator
from test_cli import REPOSITORY, plantrace

from mkdocs_plantrace.checks.catalogue import CATALOGUE, load_settings
from mkdocs_plantrace.config.fields import KNOWN_FIELDS, Shape
from mkdocs_plantrace.config.settings import OPTIONS
from mkdocs_plantrace.config.vocabulary import STATUSES

DIALECTS = (Draft7Validator, Draft202012Validator)
METADATA = json.loads(plantrace("schema", cwd=REPOSITORY).stdout)
CONFIGURATION = json.loads(plantrace("schema", "--options", cwd=Path("/")).stdout)
DECLARED = CONFIGURATION["definitions"]["options"]["properties"]


def problems(dialect, schema, value):
    return [error.message for error in dialect(schema).iter_errors(value)]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_example_keeps_to_both_schemas(dialect):
    dialect.check_schema(METADATA)
    dialect.check_schema(CONFIGURATION)
    for path in (REPOSITORY / "example_site/tasks").glob("**/meta.yml"):
        metadata = json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str))
        assert problems(dialect, METADATA, metadata) == []
    configuration = yaml.safe_load((REPOSITORY / "mkdocs.yml").read_text("utf-8"))
    assert any("plantrace" in plugin for plugin in configuration["plugins"])
    assert problems(dialect, CONFIGURATION, configuration) == []


def test_every_field_is_described_with_its_type():
    properties = METADATA["properties"]
    assert list(properties) == [field.key for field in KNOWN_FIELDS]
    for field in KNOWN_FIELDS:
        told = properties[field.key]
        assert told["description"] == field.text
        assert ("type" in told or "anyOf" in told) is (field.shape is not Shape.ANY)
    assert properties["status"]["anyOf"][0]["enum"] == list(STATUSES)


def test_words_for_statuses_are_text_in_the_schema_and_no_pattern(project):
    words = ["^x", "a]", "a/b", "5%", "on hold", "why?", "a\\b", "don't", "1-2"]
    project.options = {"statuses": dict.fromkeys(words, "active")}
    project.configure()
    schema = json.loads(plantrace("schema", cwd=project.root).stdout)
    least = {"task_id": "T", "title": "A", "phase": "0"}

    for dialect in DIALECTS:
        for word in [*words, "On-Hold", "WHY?"]:
            assert problems(dialect, schema, {**least, "status": word}) == [], word
        for word in ("x", "y", "wh", "a", "a\\", "^"):
            assert problems(dialect, schema, {**least, "status": word}), word


def test_every_option_and_rule_is_described_with_its_default():
    assert list(DECLARED) == [option.name for option in OPTIONS]
    for option in OPTIONS:
        told = DECLARED[option.name]
        assert told["description"] == option.text
        assert told["default"] == yaml.safe_load(option.default)
    rules = DECLARED["rules"]["properties"]
    assert list(rules) == [word for rule in CATALOGUE for word in (rule.code, rule.name)]
    assert rules["PT104"]["default"] == rules["broken-log-link"]["default"] == "error"
    assert rules["PT208"]["default"] == "off"
    assert all(told["enum"] == ["error", "warning", "off", False] for told in rules.values())


@pytest.mark.parametrize(
    "options",
    [
        None,
        {},
        {option.name: yaml.safe_load(option.default) for option in OPTIONS},
        {"rules": {"PT104": False, "orphan-plan": "off", "pt106": "error"}},
        {"rules": {"Orphan-Log": "warning"}},
        {"rules": {"PT999": "off"}},
        {"rules": {"PT104": "eror"}},
        {"rules": {"PT104": True}},
        {"rules": None},
        {"rulez": {}},
        {"tasks": ["a/*.yml", "b/*.yml"]},
        {"tasks": []},
        {"tasks": "/etc/*.yml"},
        {"tasks": "a/../b.yml"},
        {"plans": "a\\b"},
        {"plans": " "},
        {"root": ".."},
        {"root": ""},
        {"fields": {"id": "key"}},
        {"fields": {"ident": "key"}},
        {"fields": {"id": 5}},
        {"fields": {"id": ""}},
        {"statuses": {"shipped": "completed"}},
        {"statuses": {"shipped": "complete"}},
        {"phases": {"0": "Foundations", 1: 2}},
        {"phases": {"0": None}},
        {"phases": ["0"]},
        {"prefix": "/my/trace/"},
        {"prefix": "a b"},
        {"prefix": "../x"},
        {"nav": None},
        {"nav": "ful"},
        {"autolink": "yes"},
        {"autolink": False},
        {"baseline": "a/b.json"},
        {"baseline": "../b.json"},
        {"baseline": "a" * 201},
        {"log_fields": {"fix": "what helped", "error": ["trouble"]}},
        {"log_fields": {"fixes": "what helped"}},
        {"log_fields": {"fix": 5}},
        {"templates": 5},
        {"layout": "kiro"},
        {"layout": "kirro"},
        {"layout": None},
        {"layout": []},
        {"layout": ["kiro", "gsd"]},
        {"layout": {}},
        {"layout": {"tasks": "s/{id}.md", "plan": "#Plan", "log": ["{id}.md#Log"]}},
        {"layout": {"tasks": "s/{id}.md", "name": "kiro"}},
        {"layout": {"tasks": "s/{id}.md", "plans": "x"}},
        {"layout": {"tasks": 5}},
        {"layout": {"tasks": []}},
        {"layout": {"tasks": "../{id}.md"}},
        {"layout": {"tasks": "s/{id}.md", "plan": 5}},
        {"layout": {"tasks": "s/{id}.md", "plan": "/x.md"}},
        {"layout": {"tasks": "s/{id}.md", "plan": "#"}},
        {"layout": {"tasks": "s/{id}.md", "boxes": "../tasks.md"}},
        {"layout": {"tasks": "s/{id}.md", "publish": "/x/*.md"}},
        {"layout": {"tasks": "s/{id}.md", "publish": None}},
        {"layout": {"tasks": "s/{id}.md", "fields": {"ident": "x"}}},
        {"layout": {"tasks": "s/{id}.md", "values": {"phase": "{id}"}}},
        {"layout": {"tasks": "s/{id}.md", "values": {"phase": 5}}},
        {"layout": {"tasks": "s/{id}.md", "statuses": {"shipped": "complete"}}},
        {"layout": {"tasks": "s/{id}.md", "status_by_path": {"old/**": "done"}}},
        {"layout": {"tasks": "s/{id}.md", "status_by_path": {"old/**": 5}}},
        {"layout": {"tasks": "s/{id}.md", "rules": {"PT301": "error", "pt302": False}}},
        {"layout": {"tasks": "s/{id}.md", "rules": {"PT999": "off"}}},
        {"layout": {"tasks": "s/{id}.md", "ignore_case": "yes"}},
        {"layout": {"tasks": "s/{id}.md", "requirements": "FR-"}},
        {"layout": {"tasks": "s/{id}.md", "requirements": [""]}},
        {"layout": {"tasks": "s/{id}.md", "prefixes": ["task-", ""]}},
        {"layout": {"tasks": "s/{id}.md", "tool": None, "status_key": "", "title": "Own"}},
        {"layout": {"tasks": "s/{id}.md", "title": ""}},
        {"layouts": ["kiro", {"tasks": "s/{id}.md"}]},
        {"layouts": "kiro"},
        {"layouts": None},
        {"layouts": []},
        {"layouts": [5]},
        {"publish": False},
        {"publish": "docs/**"},
    ],
    ids=repr,
)  # fmt: skip
def test_the_schema_takes_the_options_that_the_plugin_takes(options):
    _, messages = load_settings(options or {})
    for dialect in DIALECTS:
        for plugins in (["search", {"plantrace": options}], {"plantrace": options}):
            found = problems(dialect, CONFIGURATION, {"site_name": "A", "plugins": plugins})
            assert bool(found) is bool(messages), (found, messages)


def test_the_rest_of_mkdocs_yml_is_left_alone():
    for rest in ({}, {"plugins": None}, {"plugins": ["plantrace", {"search": {"lang": 5}}]}):
        assert problems(Draft7Validator, CONFIGURATION, rest) == []
