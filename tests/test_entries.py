"""The reader of log entries, on logs in every style people write them."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from mkdocs_plantrace.reading.telling import (
    is_fix,
    is_good,
    is_told,
    split_signature,
    tells_failure,
)

from mkdocs_plantrace.model import DocumentKind, LogEntry, Story
from mkdocs_plantrace.reading.ids import TaskIds
from mkdocs_plantrace.reading.markdown import scan
from mkdocs_plantrace.settings import LOG_LABELS, load

PATH = "docs/plans/phase0/TSK-1_locks/EXEC_LOG.md"
LOGS = yaml.safe_load((Path(__file__).parent / "logs.yml").read_text(encoding="utf-8"))


def story(text: str, path: str = PATH, kind: DocumentKind = DocumentKind.LOG) -> Story:
    found = scan(path, text, TaskIds(()), kind, LOG_LABELS).story
    assert found is not None
    return found


def told(entry: LogEntry) -> dict[str, Any]:
    """An entry as the file of logs writes it: what is not told is left out."""
    where = entry.location
    texts = ("anchor", "date", "signature", "error", "context", "cause", "fix", "outcome")
    return {
        "lines": f"{where.line}-{where.end_line}",
        **{name: value for name in texts if (value := getattr(entry, name))},
        "is_fixed": entry.is_fixed,
    }


@pytest.mark.parametrize("case", LOGS, ids=[case["name"] for case in LOGS])
def test_a_log_tells_what_a_person_finds_in_it(case: dict[str, Any]) -> None:
    found = story(case["log"])
    assert [told(entry) for entry in found.entries] == case["entries"]
    assert found.signature == case.get("signature")


def test_line_ends_make_no_difference() -> None:
    for case in LOGS:
        assert story(case["log"].replace("\n", "\r\n")).entries == story(case["log"]).entries


def test_colours_and_comments_leave_no_trace() -> None:
    log = (
        "# L\n\n- Error: \x1b[31mred\x1b[0m <!-- x --> rose\x07\n"
        "```\n\x1b[1mbold\x1b[0m\n```\n- Fix: a <!-- b --> c\n"
    )
    (entry,) = story(log).entries
    assert (entry.error, entry.fix) == ("red rose\n```\nbold\n```", "a c")


def test_the_folder_dates_an_entry_that_has_no_date_of_its_own() -> None:
    log = (
        "# Log\n\n- Error: it broke\n- Fix: mended\n\n## 2026-04-02\n\n- Error: again, elsewhere\n"
    )
    found = story(log, "docs/plans/phase1/REM-2026-04-01_gate/EXEC_LOG.md").entries
    assert [entry.date for entry in found] == ["2026-04-01", "2026-04-02"]


def test_a_log_in_another_language_needs_no_english_word() -> None:
    fields = {"error": "Panne", "cause": "Ursache", "fix": "what-we-did"}
    settings, _ = load({"log_fields": fields})
    log = "# T-1\n\n- Panne: Tor zu\n- Ursache: Schlund\n- What we did: gedreht\n"

    for kind in (DocumentKind.LOG, DocumentKind.PLAN):
        found = scan(PATH, log, TaskIds(()), kind, settings.log_labels).story
        assert found is not None
        assert [(entry.error, entry.fix) for entry in found.entries] == [("Tor zu", "gedreht")]


def test_a_project_adds_spellings() -> None:
    settings, messages = load({"log_fields": {"error": "Panne", "fix": ["what-we-did"]}})
    assert not messages
    log = "# Log\n\n- Panne: it broke\n- What we did: mended it\n"
    found = scan(PATH, log, TaskIds(()), DocumentKind.LOG, settings.log_labels).story
    assert found is not None
    assert [(entry.error, entry.fix) for entry in found.entries] == [("it broke", "mended it")]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"fixx": "workaround"}, "no field 'fixx'; did you mean 'fix'?"),
        ({"fix": 3}, "expected a spelling of 'fix' or a list of them, found 3"),
        ({"fix": ["a", " "]}, "expected a spelling of 'fix', found ' '"),
        (["fix"], "expected a mapping, found ['fix']"),
    ],
)
def test_wrong_spellings_are_refused(value: object, message: str) -> None:
    assert load({"log_fields": value})[1] == (("log_fields", message),)


def test_a_plan_speaks_of_failures_to_come() -> None:
    plan = (
        "# Plan\n\n## Failure modes\n- the gate failed to start; added a retry\n\n## Error\nnone\n"
    )
    assert story(plan, "docs/plans/phase0/TSK-1/PLAN.md", DocumentKind.PLAN).entries == ()


def test_pages_that_are_neither_plan_nor_log_tell_nothing() -> None:
    log = "# Log\n\n- Error: it broke\n- Fix: mended\n"
    assert scan(PATH, log, TaskIds(()), DocumentKind.PAGE, LOG_LABELS).story is None


@pytest.mark.parametrize(
    ("sentence", "is_failure"),
    [
        ("`pre_ci.sh` failed at the drift check", True),
        ("The job was killed after ten minutes", True),
        ("ValueError: too many values", True),
        ("requests without a token fail closed", False),
        ("the run stops if the check fails", False),
        ("N1 was rejected, as expected", False),
        ("Added handling for a build that failed", False),
        ("no longer failing", False),
    ],
)
def test_what_failed_is_told_from_what_may_fail(sentence: str, *, is_failure: bool) -> None:
    assert tells_failure(sentence) is is_failure


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ("PASS", True),
        ("green on the second run", True),
        ("✅ resolved", True),
        ("no longer fails", True),
        ("FAIL: exit 1", False),
        ("still open", False),
        ("in_progress", False),
        ("PASS after two failed attempts", True),
        ("FAILED, the fix works elsewhere", False),
        ("see the next entry", None),
    ],
)
def test_outcomes_are_judged(outcome: str, *, verdict: bool | None) -> None:
    assert is_good(outcome) is verdict


@pytest.mark.parametrize(
    "nothing", ["", " ", "-", "TBD", "n/a", "<fill in>", "pending", "_none_", "No errors found."]
)
def test_words_for_nothing_tell_nothing(nothing: str) -> None:
    assert not is_told(nothing)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("PRECI.DB.ENVIRONMENT", ("PRECI.DB.ENVIRONMENT", "")),
        ("`A.B` — auth came first", ("A.B", "auth came first")),
        ("A.B (lint hang)", ("A.B", "lint hang")),
        ("the gate failed", (None, "the gate failed")),
    ],
)
def test_a_signature_is_one_word(value: str, parts: tuple[str | None, str]) -> None:
    assert split_signature(value) == parts


HOSTILE = (
    "- Error: ", "Error:\n", "**Fix:** ", "# Issue\n", "| Error | Fix |\n|---|---|\n", "-> ", "; A",
    "\t", " ", "*", "`", "(", "[", "<", "2026-01-01 ", "failed ", "Fixed a bug by ", "- cause: a\n",
    "- cause: a\n- fix: b\n", "error " * 50 + "\n", "no  ", "if a ", "- Error: x\n  - y\n", "> ",
    "Fixed the error ", "12:00 ", "A. ", "was ", "…", "all bugs ", "- Status: FAIL\n",
    "- Error: a\n- Fix: b\n- Outcome: all bugs fixed\n", "- Error: kiwi lemon mango plum\n",
    "- Error 1: a\n- Fix 2: b\n", "✅ ", "a<br>", "`|", "\\|",
)  # fmt: skip


@pytest.mark.parametrize("shape", HOSTILE, ids=[repr(shape[:12]) for shape in HOSTILE])
def test_hostile_logs_take_linear_time(shape: str) -> None:
    def seconds(size: int) -> float:
        text = f"error\n{shape * (size // len(shape))}"
        measured = []
        for _ in range(2):
            start = process_time()
            story(text)
            measured.append(process_time() - start)
        return min(measured)

    assert seconds(200_000) < 25 * max(seconds(25_000), 0.02)


FRAGMENTS = st.sampled_from(
    ["- Error: ", "Fix:", "**Cause:** ", "## Issue", "\n", "\n\n", "  ", "failed ", "|", "---",
     "```\n", "<fill in>", "2026-01-01", "Added ", "a", "signature: A.B", "> ", "1. ",
     "PASS", "# Log\n"]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=40))
def test_any_log_can_be_read(fragments: list[str]) -> None:
    text = "".join(fragments)
    lines = text.count("\n") + 1
    for entry in story(text).entries:
        assert 1 <= entry.location.line <= entry.location.end_line <= lines
        assert entry.error or entry.cause
        assert all(is_told(part) for part in (entry.error, entry.cause, entry.fix) if part)


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("# Plan\n\nAdd webhook signature verification to the API.\n", None),
        ("# Plan\n\nThe signature changed in v2.\n", None),
        ("# Plan\n\nFailure signature: TBD\n", None),
        ("# Plan\n\nfailure_signature: none\n", None),
        ("# Plan\n\nfailure_signature: DB.DOWN\n", "DB.DOWN"),
        ("# Plan\n\n- **Signature:** `DB.DOWN`\n", "DB.DOWN"),
    ],
)
@pytest.mark.parametrize("kind", [DocumentKind.PLAN, DocumentKind.LOG])
def test_only_a_field_is_the_signature_of_a_page(text: str, signature: str, kind: Any) -> None:
    assert story(text, kind=kind).signature == signature


@pytest.mark.parametrize(
    "outcome",
    [
        *("Issue not resolved", "The issue is not fixed", "The fix does not work", "no success"),
        *("This did not work", "Not verified", "Tests pass but 3 remain red", "Not yet passing"),
        *("CI still failing although unit tests pass", "never worked", "isn't fixed", "NOT_FIXED"),
        *("The deploy is still blocked. Rollback complete.", "could not be verified"),
    ],
)
def test_an_outcome_that_says_no_is_not_a_good_one(outcome: str) -> None:
    assert is_good(outcome) is False


@pytest.mark.parametrize(
    "outcome",
    [
        *("No failures, all passing", "no longer failing", "not failing any more, verified"),
        *("fixed; the old test was not working", "PASS. Not blocked any more."),
        *(
            "Passed after a restart of the failed runner",
            "resolved, no open issues",
            "completed_for_now",
        ),
        "lint passes with a note that is meant for hosts where the formatter does not work",
        *("still passing", "nothing is still red; done"),
    ],
)
def test_an_outcome_that_denies_the_bad_is_a_good_one(outcome: str) -> None:
    assert is_good(outcome) is True


@pytest.mark.parametrize(
    "error",
    [
        *("None is not iterable", "nothing happens on submit", "no changes added to commit"),
        *("No error raised for invalid input", "Nothing listens on port 5432"),
    ],
)
def test_an_error_may_start_like_nothing(error: str) -> None:
    assert is_told(error)


@pytest.mark.parametrize(
    "text",
    [
        *("none so far", "no errors found", "Nothing to report", "no issues encountered yet"),
        *("none observed in this run", "No blockers.", "none required at this time"),
        *("nothing needed", "no failures were observed", "None in this phase", "None (planned)"),
    ],
)
def test_nothing_has_many_words(text: str) -> None:
    assert not is_told(text)


@pytest.mark.parametrize(
    ("fix", "is_one"),
    [
        ("To be safe, pinned numpy to 1.26", True),
        ("Restarting did not help; raised the timeout to 30 s", True),
        ("Increasing the pool did not help. Setting idle_timeout solved it.", True),
        ("To be done", False),
        ("to be determined next week", False),
        ("Raised the timeout. That did not help.", False),
        ("won't fix", False),
    ],
)
def test_a_fix_is_what_was_done_and_helped(fix: str, is_one: object) -> None:
    assert is_fix(fix) is is_one


def test_a_number_that_is_part_of_the_error_stays_in_its_heading() -> None:
    log = "# L\n\n## {} Service Unavailable from gateway\n\nCause: pool empty\n\nFix: 20 workers\n"
    errors = [story(log.format(code)).entries[0].error for code in ("503", "2.", "3)", "4 -")]
    assert (
        errors
        == ["503 Service Unavailable from gateway"] + ["Service Unavailable from gateway"] * 3
    )


def test_what_was_masked_stays_in_the_value() -> None:
    log = "# L\n\n- Error: `push refused TOKEN=***`\n- **Fix: rotated** it, ***now***\n"
    (entry,) = story(log).entries
    assert (entry.error, entry.fix) == ("`push refused TOKEN=***`", "rotated it, ***now***")


def test_headings_have_no_colours_either() -> None:
    log = "# L\n\n## Error: \x1b[31mred rose\x1b[0m\n\n- Fix: water\n"
    assert [entry.error for entry in story(log).entries] == ["red rose"]
