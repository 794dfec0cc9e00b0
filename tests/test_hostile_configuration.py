"""A configuration from anybody: refused at once, with a short reason, and never a traceback."""

import os

import pytest
from conftest import metadata, traced
from mkdocs.exceptions import Abort
from test_cli import plantrace

from mkdocs_plantrace.checks.catalogue import load_settings
from mkdocs_plantrace.config.settings import OPTIONS, Settings

LONGEST_MESSAGE = 8000
BOMB = "bomb:\n  - &b0 [lol, lol]\n" + "".join(
    f"  - &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
"""Thirty thousand million words, as aliases of YAML."""
BAD = {
    "NUL": '"a\\0b"',
    "control characters": '"a\\x1b[31m\\x9b"',
    "half of a pair": '"a\\uD800b"',
    "too long": f'"{"x" * 20_000}"',
    "too deep": f'"{"a/" * 3000}b"',
    "a long number": f"0x{'f' * 9000}",
    "a word for a number": "!!int ''",
    "a word for a truth value": f"!!bool {'x' * 2000}",
}
PATHS = ("docs_dir", "site_dir", "INHERIT")


@pytest.fixture
def refused(project):
    """Write a configuration, and return why a command refuses it."""

    def run(text, *arguments):
        project.write({**traced(), "docs/index.md": "# Home\n", "mkdocs.yml": text})
        ended = plantrace(*(arguments or ["check"]), cwd=project.root)
        assert ended.returncode == 2
        assert "Traceback" not in ended.stderr
        assert 0 < len(ended.stderr) < LONGEST_MESSAGE
        assert ended.stderr.replace("\n", "").isprintable()
        return ended.stderr

    return run


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("key", PATHS)
def test_what_no_path_can_be(refused, key, kind):
    assert "mkdocs.yml" in refused(f"plugins: [plantrace]\n{key}: {BAD[kind]}\n")


@pytest.mark.parametrize("kind", BAD)
def test_what_no_option_can_be(refused, kind):
    values = ", ".join(f"{option.name}: {BAD[kind]}" for option in OPTIONS)

    reasons = refused(f"plugins: [{{plantrace: {{{values}}}}}]\n")

    if "number" not in kind and "truth" not in kind:  # these are no values to YAML
        assert [o.name for o in OPTIONS if f"option '{o.name}': " not in reasons] == []


EVERYWHERE = [
    "docs_dir: *b11\nplugins: [plantrace]\n",
    "exclude_docs: *b11\nplugins: [plantrace]\n",
    "nav: *b11\nplugins: [plantrace]\n",
    "INHERIT: *b11\nplugins: [plantrace]\n",
    "hooks: *b11\nplugins: [plantrace]\n",
    "plugins: *b11\n",
    "plugins: [plantrace, *b11]\n",
    "plugins: [plantrace, {exclude: {glob: *b11}}]\n",
    "plugins: [{plantrace: *b11}]\n",
    "plugins: [{plantrace: {tasks: *b11}}]\n",
    "plugins: [{plantrace: {rules: {PT001: *b11}}}]\n",
    "plugins: [{plantrace: {? *b11 : x}}]\n",
]


@pytest.mark.parametrize("place", EVERYWHERE)
@pytest.mark.usefixtures("bounded")
def test_aliases_that_expand_without_end(refused, place):
    assert "values, aliases expanded" in refused(BOMB + place)


COMMANDS = [
    *("check", "list", "next", "show T-1", "status T-1 active", "errors x"),
    *("log T-1 --error x", "export"),
    *("new T-2 --title x --phase 0", "init", "promote x", "baseline", "pages"),
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "text",
    [
        f"{BOMB}docs_dir: *b11\nplugins: [plantrace]\n",
        f"INHERIT: {BAD['too deep']}\nplugins: [plantrace]\n",
        "exclude_docs: '[z-a]'\nplugins: [plantrace]\n",
        f"plugins: [{{plantrace: {{tasks: {BAD['half of a pair']}}}}}]\n",
    ],
)
def test_every_command_refuses_it(refused, command, text):
    refused(text, *command.split())


@pytest.mark.parametrize("pattern", ["[z-a]", "!", "/[z-a]/"])
@pytest.mark.parametrize("key", ["exclude_docs", "draft_docs"])
def test_patterns_that_mean_nothing(refused, key, pattern):
    text = f"{key}: '{pattern}'\nplugins: [plantrace]\n"

    assert "exclude_docs or draft_docs: " in refused(text)


def test_parents_in_a_circle(project, refused):
    project.write({"a/b.yml": "INHERIT: ../c.yml\n", "c.yml": "INHERIT: ./a/../mkdocs.yml\n"})

    reason = refused("INHERIT: a/b.yml\nplugins: [plantrace]\n")

    assert reason.endswith("INHERIT refers to the same file again\n")


def test_a_thousand_parents(project):
    project.write({f"{n}.yml": f"INHERIT: {n + 1}.yml\n" for n in range(1500)})
    project.write({**traced(), "1500.yml": "plugins: [plantrace]\n"})
    project.write({"mkdocs.yml": "INHERIT: 0.yml\nsite_name: x\n"})

    assert plantrace("check", cwd=project.root).returncode == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders")
def test_a_parent_that_is_a_pipe(project, refused):
    os.mkfifo(project.root / "pipe")

    assert "is not a regular file" in refused("INHERIT: pipe\nplugins: [plantrace]\n")


def bomb(words):
    for _ in range(40):
        words = [words] * 9
    return words


@pytest.mark.parametrize("option", [option.name for option in OPTIONS])
@pytest.mark.usefixtures("bounded")
def test_a_build_refuses_values_of_any_size_in_a_short_message(option):
    for value in (
        bomb("x"),
        {"a": bomb("x")},
        [bomb("x")],
        16**9000,
        {16**9000: "x"},
        {"a": "\ud800"},
    ):
        settings, messages = load_settings({option: value})

        assert settings == Settings()
        assert [name for name, _ in messages] == [option]
        assert len(messages[0][1]) < LONGEST_MESSAGE
        assert messages[0][1].isprintable()


def test_a_build_without_options_that_a_page_could_not_hold(project):
    project.write({"tasks/T/meta.yml": metadata(), "docs/index.md": "# Home\n"})
    project.options = {"phases": {"0": "\ud800"}, "prefix": "a\x1b"}

    with pytest.raises(Abort):
        project.build()
