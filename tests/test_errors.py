"""What an error is called, and which entries tell of the same one."""

from __future__ import annotations

import pytest
from conftest import traced
from test_reports import check

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.trace.error_groups import group_errors, summarize, wording
from mkdocs_plantrace.trace.error_lookup import ShortNames

TRACEBACK = """```
Traceback (most recent call last):
  File "a.py", line 3, in main
    tenant = settings["tenant_id"]
KeyError: 'tenant_id'
```"""


def entry(error, line=1, **fields):
    where = Location(path="docs/plans/T-1/EXEC_LOG.md", line=line, end_line=line)
    return LogEntry(location=where, error=error, **fields)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TRACEBACK, "KeyError: 'tenant_id'"),
        ("the gate **refused**\nthe `evidence`\n\nand more", "the gate refused the evidence"),
        ("the gate refused:\n```\nrc=7\n```", "the gate refused: rc=7"),
        ("```\n$ make\nld: cannot find -lpq\nmake: *** [all] Error 1\n```", "ld: cannot find -lpq"),
        ("- one\n- two", "one"),
        ("exporter - port taken", "exporter - port taken"),
        ("| a | b |", "a | b"),
        ("x" * 200, "x" * 118 + " …"),
        ("word " * 50, ("word " * 23).strip() + " …"),
        ("````\n```\nfoo\n```\n````\nbar", "foo"),
        ("", "?"),
    ],
)
def test_an_error_is_called_by_what_it_says_first(text, line):
    assert summarize(text) == line


def test_output_in_any_fence_is_not_part_of_the_wording():
    quoted = "the parser rejects the docs\n````\n```\nfoo\n```\n````"
    assert wording(quoted).strip() == "the parser rejects the docs"
    assert wording("```\nonly output\n```") == "```\nonly output\n```"


def test_an_error_is_signed_if_any_of_its_entries_is():
    told = [entry("nginx hung", signature="deadlock"), entry("deadlock", 2, date="2026-01-02")]
    (error,) = group_errors(told, {}, lambda *_: None)
    assert error.signature == "deadlock"


def test_short_names_are_the_first_words_that_no_other_error_has():
    texts = ["disk full on runner today", "disk full on worker", "disk full", "tls expired"]
    errors = group_errors([entry(text, n) for n, text in enumerate(texts)], {}, lambda *_: None)
    names = ShortNames(errors)
    assert {error.error: names.of(error) for error in errors} == {
        "disk full on runner today": "disk-full-on-runner",
        "disk full on worker": "disk-full-on-worker",
        "disk full": "disk-full",
        "tls expired": "tls-expired",
    }


LOG = """# Log

Plan: PLAN.md

## {heading}

- Cause: {cause}
- Fix: restart it
"""


@pytest.mark.parametrize(
    ("headings", "names"),
    [
        (("Notes", "Notes"), {"the disk is full", "the key has expired"}),
        (("Lost worker", "Expired key"), {"Lost worker", "Expired key"}),
        (("2026-01-02 Lost worker", "2026-01-03 Lost worker"), {"Lost worker"}),
    ],
)
def test_a_heading_of_two_logs_names_no_error(project, headings, names):
    causes = "the disk is full", "the key has expired"
    for task, heading, cause in zip(("T-1", "T-2"), headings, causes, strict=True):
        log = LOG.format(heading=heading, cause=cause)
        project.write({**traced(task), f"docs/plans/{task}/EXEC_LOG.md": log})
    project.write({"docs/operations/troubleshooting/a.md": "# Help\n\n## Lost worker\n"})

    assert {error.error for error in check(project).trace.errors.all} == names


@pytest.mark.usefixtures("bounded")
def test_short_names_of_thousands_differ():
    many = [entry(f"worker {'abcdefghij'[n % 10] * (n // 10 + 1)} is lost", n) for n in range(4000)]
    errors = group_errors(many, {}, lambda *_: None)
    names = ShortNames(errors)
    assert len({names.of(error) for error in errors}) == len(errors)
