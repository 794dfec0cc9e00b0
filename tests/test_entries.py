"""The reader of log entries, on logs in every style in which people label them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_plantrace.config.settings import validate_options
from mkdocs_plantrace.config.vocabulary import LOG_LABELS
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.log_entry import LogEntry, LogRecord
from mkdocs_plantrace.parsing.logs.parser import read_log
from mkdocs_plantrace.parsing.logs.values import is_open_outcome, is_placeholder, split_signature
from mkdocs_plantrace.parsing.markdown.page import parse_page
from mkdocs_plantrace.parsing.markdown.scanner import scan_page
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds

PATH = "docs/plans/phase0/TSK-1_locks/EXEC_LOG.md"
LOGS = yaml.safe_load((Path(__file__).parent / "logs.yml").read_text(encoding="utf-8"))


def record(text: str, path: str = PATH, labels: Any = LOG_LABELS) -> LogRecord:
    return read_log(parse_page(text, path), labels)


def written(entry: LogEntry) -> dict[str, Any]:
    """An entry as the file of logs writes it: what has no label is left out."""
    where = entry.location
    texts = ("anchor", "date", "signature", "error", "context", "cause", "fix", "outcome")
    return {
        "lines": f"{where.line}-{where.end_line}",
        **{name: value for name in texts if (value := getattr(entry, name))},
        "is_fixed": entry.is_fixed,
    }


@pytest.mark.parametrize("case", LOGS, ids=[case["name"] for case in LOGS])
def test_a_log_has_the_entries_that_it_labels(case: dict[str, Any]) -> None:
    found = record(case["log"])
    assert [written(entry) for entry in found.entries] == case["entries"]
    assert found.signature == case.get("signature")


def test_line_ends_make_no_difference() -> None:
    for case in LOGS:
        assert record(case["log"].replace("\n", "\r\n")).entries == record(case["log"]).entries


def test_colours_and_comments_leave_no_trace() -> None:
    log = (
        "# L\n\n- Error: \x1b[31mred\x1b[0m <!-- x --> rose\x07\n"
        "```\n\x1b[1mbold\x1b[0m\n```\n- Fix: a <!-- b --> c\n"
    )
    (entry,) = record(log).entries
    assert (entry.error, entry.fix) == ("red rose\n```\nbold\n```", "a c")


def test_headings_have_no_colours_either() -> None:
    log = "# L\n\n## Error: \x1b[31mred rose\x1b[0m\n\n- Fix: water\n"
    assert [entry.error for entry in record(log).entries] == ["red rose"]


def test_the_folder_dates_an_entry_that_has_no_date_of_its_own() -> None:
    log = "# Log\n\n- Error: it broke\n- Fix: repaired\n\n## 2026-04-02\n\n- Error: again\n"
    found = record(log, "docs/plans/phase1/REM-2026-04-01_gate/EXEC_LOG.md").entries
    assert [entry.date for entry in found] == ["2026-04-01", "2026-04-02"]


def test_an_entry_without_an_error_is_named_by_its_heading() -> None:
    log = "# Log\n\n## 2026-03-30 — Third failure (drift)\n\n- Root cause: stale\n- Fix: rebuilt\n"
    (entry,) = record(log).entries
    assert (entry.title, entry.error, entry.cause) == ("Third failure (drift)", None, "stale")


@pytest.mark.parametrize(
    ("fields", "log"),
    [
        ({"error": "Panne", "fix": "what-we-did"}, "- Panne: A\n- What we did: B\n"),
        ({"error": "Ошибка", "fix": "Решение"}, "- Ошибка: A\n- **Решение**: B\n"),
        ({"error": "错误", "fix": "修复"}, "- 错误：A\n- 修复： B\n"),
        ({"error": "Échec", "fix": "Correctif"}, "## Échec\n\nA\n\n## CORRECTIF\n\nB\n"),
        ({"error": "E\u0301chec", "fix": "Corrigé"}, "- \u00c9chec : A\n- CORRIGE\u0301 : B\n"),
        ({"error": "त्रुटि", "fix": "समाधान"}, "- त्रुटि: A\n- **समाधान:** B\n"),
        ({"error": "ข้อผิดพลาด", "fix": "แก้ไข"}, "- ข้อผิดพลาด: A\n- แก้ไข: B\n"),
        ({"error": "エラー", "fix": "対応"}, "- ｴﾗｰ：A\n- 【対応】：B\n"),
        ({"error": "sıkıntı", "fix": "düzeltildi"}, "- SIKINTI: A\n- DÜZELTİLDİ: B\n"),
        ({"error": "Σφάλμα", "fix": "Λύση"}, "- ΣΦΑΛΜΑ: A\n- ΛΥΣΗ: B\n"),
        ({"error": "what broke?", "fix": "err."}, "### What broke?\n\nA\n\n### Err\n\nB\n"),
        ({"error": "C++ error", "fix": "解决方案"}, "- C++ error: A\n- 解决方案（已验证）：B\n"),
    ],
)
def test_a_project_adds_labels_in_any_script(fields: dict[str, str], log: str) -> None:
    settings, messages = validate_options({"log_fields": fields})
    assert not messages
    (entry,) = record(f"# T-1\n\n{log}", labels=settings.log_fields).entries
    assert (entry.error, entry.fix) == ("A", "B")


@pytest.mark.parametrize(
    "label",
    [
        *(
            "Fix",
            "FIX",
            "fix_applied",
            "Fix-Applied",
            "Fixes",
            "Fix 2",
            "Fix #2",
            "2. Fix",
            "Fix (see PR 3)",
        ),
        *(
            "✅ Fix",
            "Final fix",
            "Fix implemented",
            "Repairs applied",
            "Solution",
            "`fix`",
            "Fix (v2)",
        ),
    ],
)
def test_adornments_of_a_label_make_no_difference(label: str) -> None:
    for line in (f"- {label}: B", f"**{label}**: B", f"**{label}:** B", f"### {label}\n\nB"):
        (entry,) = record(f"# T\n\n## Log\n\n- Error: A\n\n{line}\n").entries
        assert (entry.error, entry.fix) == ("A", "B"), line


@pytest.mark.parametrize(
    "label", ["Error handling", "Fixture", "Issue tracker", "Not a fix at all"]
)
def test_labels_of_something_else_are_none(label: str) -> None:
    assert record(f"# T\n\n- {label}: B\n\n## {label}\n\nB\n").entries == ()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"fixx": "workaround"}, "no field 'fixx'; did you mean 'fix'?"),
        ({"fix": 3}, "expected a label for 'fix' or a list of labels, found 3"),
        ({"fix": ["a", " "]}, "expected a label for 'fix', found ' '"),
        (["fix"], "expected a mapping, found ['fix']"),
    ],
)
def test_wrong_spellings_are_refused(value: object, message: str) -> None:
    assert validate_options({"log_fields": value})[1] == (("log_fields", message),)


@pytest.mark.parametrize("kind", [DocumentKind.PLAN, DocumentKind.PAGE])
def test_only_logs_have_entries(kind: DocumentKind) -> None:
    log = "# Log\n\n- Error: it broke\n- Fix: repaired\n"
    assert scan_page(PATH, log, TaskIds(()), kind, LOG_LABELS).log is None


@pytest.mark.parametrize(
    "outcome",
    [
        *("FAIL: exit 1", "still open", "in_progress", "FAILED, the fix works elsewhere"),
        *("Issue not resolved", "The issue is not fixed", "The fix does not work", "no success"),
        *("This did not work", "Not verified", "Not yet passing", "never worked", "isn't fixed"),
        *("CI still failing although unit tests pass", "NOT_FIXED", "could not be verified"),
        "The deploy is still blocked. Rollback complete.",
    ],
)
def test_an_outcome_may_say_that_the_error_is_open(outcome: str) -> None:
    assert is_open_outcome(outcome)
    (entry,) = record(f"# T\n\n- Error: A\n- Fix: B\n- Outcome: {outcome}\n").entries
    assert not entry.is_fixed


@pytest.mark.parametrize(
    "outcome",
    [
        *(
            "PASS",
            "green on the second run",
            "✅ resolved",
            "no longer fails",
            "see the next entry",
        ),
        *("PASS after two failed attempts", "No failures, all passing", "no longer failing"),
        *("fixed; the old test was not working", "PASS. Not blocked any more."),
        *("resolved, no open issues", "completed_for_now", "nothing is red; done"),
    ],
)
def test_any_other_outcome_ends_an_error(outcome: str) -> None:
    assert not is_open_outcome(outcome)
    (entry,) = record(f"# T\n\n- Error: A\n- Fix: B\n- Outcome: {outcome}\n").entries
    assert entry.is_fixed


@pytest.mark.parametrize(
    "nothing",
    [
        *("", " ", "-", "TBD", "n/a", "<fill in>", "pending", "_none_", "No errors found.", "#123"),
        *(
            "none so far",
            "Nothing to report",
            "no issues encountered yet",
            "[describe]",
            "None yet",
            "1 High, 3 Medium, 2 Low",
            "None - built as planned",
            "None beyond the two fixes above",
            "None. All steps went as planned.",
            "None blocking. Two checks were slow.",
            "None — the rest was planned." + " It went well." * 20,
        ),
    ],
)
def test_a_placeholder_is_no_value(nothing: str) -> None:
    assert is_placeholder(nothing)
    assert record(f"# T\n\n- Error: {nothing}\n- Fix: {nothing}\n").entries == ()


@pytest.mark.parametrize(
    "error",
    [
        *("None is not iterable", "nothing happens on submit", "no changes added to commit"),
        *("3 high ports are closed", "None-aware operator is missing"),
        "None in the list breaks sorting",
        *(
            "No error raised for invalid input",
            "Nothing listens on port 5432",
            "404",
            "<br> is shown",
        ),
    ],
)
def test_an_error_may_begin_like_a_placeholder(error: str) -> None:
    assert not is_placeholder(error)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("PRECI.DB.ENVIRONMENT", ("PRECI.DB.ENVIRONMENT", "")),
        ("`A.B` — auth came first", ("A.B", "auth came first")),
        ("A.B (lint hang)", ("A.B", "lint hang")),
        ("the gate failed", (None, "the gate failed")),
        ("none", (None, "none")),
    ],
)
def test_a_signature_is_one_word(value: str, parts: tuple[str | None, str]) -> None:
    assert split_signature(value) == parts


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("# Log\n\nAdd webhook signature verification to the API.\n", None),
        ("# Log\n\nThe signature changed in v2.\n", None),
        ("# Log\n\nFailure signature: TBD\n", None),
        ("# Log\n\nfailure_signature: DB.DOWN\n", "DB.DOWN"),
        ("# Log\n\n- **Signature:** `DB.DOWN`\n", "DB.DOWN"),
        ("# Log\n\n## Failure signature\n\nDB.DOWN\n", "DB.DOWN"),
    ],
)
def test_only_a_field_in_the_head_is_the_signature_of_a_page(
    text: str, signature: str | None
) -> None:
    assert record(text).signature == signature


def test_what_was_masked_stays_in_the_value() -> None:
    log = "# L\n\n- Error: `push refused TOKEN=***`\n- **Fix: rotated** it, ***now***\n"
    (entry,) = record(log).entries
    assert (entry.error, entry.fix) == ("`push refused TOKEN=***`", "rotated it, ***now***")


HOSTILE = (
    "- Error: ", "Error:\n", "**Fix:** ", "# Issue\n", "| Error | Fix |\n|---|---|\n", "-> ", "; A",
    "\t", " ", "*", "`", "(", "[", "<", "2026-01-01 ", "failed ", "Fixed a bug by ", "- cause: a\n",
    "- cause: a\n- fix: b\n", "error " * 50 + "\n", "no  ", "if a ", "- Error: x\n  - y\n", "> ",
    "Fixed the error ", "12:00 ", "A. ", "was ", "…", "all bugs ", "- Status: FAIL\n",
    "- Error: a\n- Fix: b\n- Outcome: all bugs fixed\n", "- Error: kiwi lemon mango plum\n",
    "- Error 1: a\n- Fix 2: b\n", "✅ ", "a<br>", "`|", "\\|",
)  # fmt: skip


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("shape", HOSTILE, ids=[repr(shape[:12]) for shape in HOSTILE])
def test_long_logs_of_any_shape_are_read(shape: str) -> None:
    found = record(f"error\n{shape * (200_000 // len(shape))}").entries
    assert all(entry.location.line >= 1 for entry in found)


FRAGMENTS = st.sampled_from(
    ["- Error: ", "Fix:", "**Cause:** ", "## Issue", "\n", "\n\n", "  ", "failed ", "|", "---",
     "```\n", "<fill in>", "2026-01-01", "Added ", "a", "signature: A.B", "> ", "1. ",
     "PASS", "# Log\n"]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=40))
def test_any_log_can_be_read(fragments: list[str]) -> None:
    text = "".join(fragments)
    lines = text.count("\n") + 1
    for entry in record(text).entries:
        assert 1 <= entry.location.line <= entry.location.end_line <= lines
        assert entry.error or entry.cause or entry.fix
        parts = (entry.error, entry.cause, entry.fix)
        assert not any(is_placeholder(part) for part in parts if part)


@pytest.mark.parametrize(
    "log",
    [
        *("- Error\u00a0: A\n- Fix\u202f: B", "- **Error**\u202f: A\n- **Fix**\u00a0: B"),
        *("- **Error ❌:** A\n- **Fix ✅:** B", "- Error ❌: A\n- Fix ✔️: B"),
        *("- :bug: Error: A\n- :white_check_mark: Fix: B", "### Error 🐛\n\nA\n\n### Fix ✅\n\nB"),
        "| ❌ Error | ✅ Fix |\n|---|---|\n| A | B |",
        "| Error： | Fix： |\n|---|---|\n| A | B |",
        '??? bug "Error ❌"\n    A\n\n??? success "✅ Fix"\n    B',
        *("(10:42) Error: A\n(10:50) Fix: B", "- Error（CI）：A\n- Fix（CI）：B"),
    ],
)
def test_signs_and_spaces_around_labels_do_not_matter(log: str) -> None:
    entries = record(f"# T-1\n\n## 2026-03-02\n\n{log}\n").entries
    assert {entry.error for entry in entries} - {None} == {"A"}
    assert {entry.fix for entry in entries} - {None} == {"B"}


@pytest.mark.parametrize("word", ["🐛", "?!", "  ", "—"])
def test_a_label_without_a_letter_is_refused(word: str) -> None:
    assert [name for name, _ in validate_options({"log_fields": {"error": word}})[1]] == [
        "log_fields"
    ]
