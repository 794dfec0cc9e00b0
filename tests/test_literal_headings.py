"""Names in the errors that `plantrace log` writes: rendered and read back as they were entered."""

from __future__ import annotations

import html
import json
import re

import markdown
import pytest
from conftest import traced
from hypothesis import given
from hypothesis import strategies as st
from test_cli import plantrace

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.entry_writer import LogText, NewEntry
from mkdocs_plantrace.editing.markdown_excerpt import format_literal
from mkdocs_plantrace.parsing.logs.fields import unwrap_code

LOG = "docs/plans/T-1/EXEC_LOG.md"
EXTENSIONS = [
    "toc",
    "tables",
    "attr_list",
    "def_list",
    "footnotes",
    "abbr",
    "admonition",
    "md_in_html",
]
ERRORS = [
    "my_pkg",
    "error[E0425]",
    "main.c:10:5",
    "Box<T>",
    "a*b*c",
    "#include",
    "#include <stdio.h>",
    "_x_",
    "__init__.py",
    "__init__.py: my__name",
    "{{ x }}",
    "{% if x %}",
    "${HOME}/a",
    "$x$ and $y$",
    "it`s",
    "`quoted` word failed",
    "`whole`",
    "``a`` b",
    "C:\\temp\\_new",
    "a \\*b",
    "foo [x](y) bar",
    "[x]: y",
    "![alt](img.png)",
    "&lt; &amp;",
    "AT&T & co",
    "<b>x</b>",
    "a < b > c",
    "~~a~~ ==b== ^c^",
    ":smile: :100:",
    "x {: .a }",
    "x {#id}",
    "name #",
    "# name",
    "1. x",
    "- dash",
    "- Outcome: failed",
    "Fix: typo in the name",
    "error: x",
    "Error: my_pkg",
    "> quote",
    "a | b",
    "!!! note",
    "a -> b, a => b, a <- b",
    "std::vector<int>::at: out of range",
    "error: cannot find `x` in this scope",
    "error[E0599]: no method named `foo` found for struct `Box<T>`",
    "undefined reference to `operator new(unsigned long)'",
    "größer — 漢字",
    "x" * 100 + "_ y*z*",
]


def shown(source):
    """The text of what Python-Markdown renders."""
    rendered = markdown.markdown(source, extensions=EXTENSIONS)
    return html.unescape(re.sub(r"<[^>]+>", "", rendered)).strip()


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_is_rendered_as_it_was_entered(error):
    labels = Settings().log_fields
    log = LogText(LOG, b"# Log of T-1\n\nPlan: PLAN.md\n", labels)
    edit, _ = log.append_entry(NewEntry(date="2026-03-02", error=error))
    text = edit.after.decode()
    (heading,) = re.findall("(?m)^### .*", text)
    title = shown(heading).removeprefix("2026-03-02 — ")
    expected = re.sub(r"`([^`]+)`", r"\1", error) if format_literal(error) == error else error
    assert title in (expected, error) or (len(error) > 72 and error.startswith(title[:-2]))
    (field,) = re.findall("(?m)^- Error: (.*)", text)
    assert shown(f"Error: {field}") == f"Error: {expected}"
    (entry,) = LogText(LOG, edit.after, labels).entries
    assert unwrap_code(entry.error) == unwrap_code(error)


def test_export_and_errors_have_the_text_as_it_was_entered(project):
    project.write(traced(status="active"))
    project.configure()
    errors = ["my_pkg", "error[E0425]: x", "Box<T>", "a*b*c", "#include", "_x_", "{{ x }}", "it`s"]
    for error in errors:
        ended = plantrace("log", "T-1", "--error", error, cwd=project.root)
        assert ended.returncode == 0, ended.stderr

    exported = json.loads(plantrace("export", cwd=project.root).stdout)
    listed = json.loads(plantrace("errors", "--format", "json", cwd=project.root).stdout)
    printed = plantrace("errors", "--limit", "20", cwd=project.root).stdout

    assert [entry["error"] for entry in exported["entries"]] == errors
    assert {error["error"] for error in exported["errors"]} < set(errors)  # two are alike
    assert {match["error"] for match in listed["matches"]} <= set(errors)
    for error in {error["error"] for error in exported["errors"]}:
        assert re.search(rf"^\d\. {re.escape(error)}  open", printed, re.MULTILINE), printed


def test_an_error_that_is_there_as_text_is_the_same_as_code(project):
    project.write(traced(status="active"))
    project.configure()
    log = project.root / LOG
    log.write_text(log.read_text().replace("## Final", "- Error: call to _x_ failed\n\n## Final"))
    plantrace("log", "T-1", "--error", "call to _x_ failed", cwd=project.root)

    errors = json.loads(plantrace("export", cwd=project.root).stdout)["errors"]

    assert [error["count"] for error in errors] == [2]


@given(st.text("ab1_*`#<>[](){}&;:!|~^=$\\'\"-+./@% é", min_size=1, max_size=14))
def test_literal_words_are_rendered_as_they_are(words):
    words = " ".join(words.split())
    if not words.strip("` "):
        return
    source = format_literal(words)
    if source == words:
        words = re.sub(r"`([^`]+)`", lambda code: code[1].strip(), words)
    assert " ".join(shown(f"### x {source}").split()) == " ".join(f"x {words}".split())


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("word", ["é", "ошибка", "错误", "a_", "_", ":a", "&a", "<", "="])
def test_any_long_text_is_written_in_linear_time(word):
    for text in (f"{word * 50_000}*", f"*{word * 50_000}", f"{word * 50_000} *x* {word}"):
        assert format_literal(text)
