"""Which recorded error a word, a sentence or an output finds; in Python and in a browser."""

from __future__ import annotations

import json
import random
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mkdocs_plantrace.ranking import Index, Indexed

from mkdocs_plantrace.folding import fold, table, terms

ROOT = Path(__file__).parents[1]
CORPORA = ROOT.parent / "shared/corpora"
SCRIPT = ROOT / "mkdocs_plantrace/pages/assets/ranking.js"


def recorded(error, cause=None, fix=None, context=None, signature=None):
    key = signature or fold(error or "")
    return Indexed(key, signature, error, context, cause, fix, None)


ENTRIES = [
    recorded(
        'psql:schema/migrations/0122_create_triggers.sql:98: ERROR: relation "transitions" '
        "does not exist",
        cause="Migration 0122 attaches triggers to a table that 0137 makes",
        fix="moved the triggers to a later migration",
    ),
    recorded("`Baseline drift detected` from `check_baseline_drift.sh`", fix="regenerated it"),
    recorded(
        "FATAL: password authentication failed for user 'symphony'",
        cause="POSTGRES_USER is empty inside the container",
        signature="PRECI.DB.ENVIRONMENT",
    ),
    recorded("verify_tsk_p1_063.sh failed", cause="evidence lacks check_id"),
    recorded("verify_tsk_p1_064.sh failed", cause="the schema lacks a column"),
    recorded("`dotnet format` hangs and is Killed", fix="send SIGKILL after five seconds"),
    recorded(
        "Traceback (most recent call last):\n"
        '  File "/srv/app/billing/types.py", line 12, in <module>\n'
        "ImportError: cannot import name 'Currency' from partially initialized module 'billing'",
        cause="billing and ledger import each other",
    ),
    recorded("Nightly settlement was killed by the OOM killer (exit 137)", fix="read in chunks"),
    recorded("the build failed with an error"),
    recorded(None, cause="clock skew between the two hosts", signature="TIME.SKEW"),
    recorded(
        "After the release many things were seen: the step failed, the log of the run had an "
        "error, the file was missing, the test returned a status, the check found a problem, "
        "the job was aborted, and the migration, the worker, the queue and the gate were slow"
    ),
    recorded("FATAL: role symphony_admin does not exist", signature="PRECI.DB"),
]
INDEX = Index(ENTRIES)

NOISE = [
    "-> running step {n}",
    "Error: Process completed with exit code 1.",
    "warning: the log of the job is missing a file",
    "FAILED: the check returned an error, see the output of this run",
    "ok {n} - the worker read the queue in {n} ms",
    "the migration of the step took {n} s",
]


def output(line, lines=500, seed=1):
    chance = random.Random(seed)  # noqa: S311, a test
    noise = [chance.choice(NOISE).format(n=chance.randrange(999)) for _ in range(lines)]
    noise.insert(chance.randrange(lines), line)
    return "\n".join(f"\x1b[2m2026-05-01 10:11:12\x1b[0m {text}" for text in noise)


def first(text):
    hits = INDEX.search(text)
    return hits[0].position if hits else None


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("drift", 1),
        ("check_baseline_dri", 1),
        ("relat", 0),
        ("OOM", 7),
        ("sigkill", 5),
        ("billing", 6),
        ("verify_tsk_p1_064", 4),
        ("skew", 9),
        ("why does the relation not exist", 0),
        ("circular import of billing and ledger", 6),
        ("password authentication failed for user admin", 2),
        ("see PRECI.DB.ENVIRONMENT.", 2),
        ("preci.db", 11),
    ],
)
def test_a_few_words_find_it(text, position):
    assert first(text) == position


@pytest.mark.parametrize(
    ("line", "position"),
    [
        (
            "psql:/b/r/0122_create_triggers.sql:7: \x1b[31mERROR:\x1b[0m "
            'relation "x" does not exist',
            0,
        ),
        ("Baseline drift detected (from ./scripts/check_baseline_drift.sh)", 1),
        ("db-1 | FATAL: password authentication failed for user 'bob'", 2),
        ("/ci/verify_tsk_p1_063.sh failed", 3),
        ("/ci/verify_tsk_p1_064.sh failed", 4),
        ("dotnet format hangs (pid 123): Killed", 5),
        ("ImportError: cannot import name 'Rate' from partially initialized module 'fx'", 6),
        ("gate stopped: TIME.SKEW", 9),
    ],
)
def test_an_output_finds_the_line_in_it(line, position):
    assert first(output(line)) == position


def test_several_lines_are_found_together():
    lines = ENTRIES[6].error.replace("12", "99").replace("/srv", "/home/eve")
    assert first(output(lines)) == 6


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the",
        "***",
        "1234",
        "zebra crossing",
        output("nothing of interest"),
        output("the build failed"),
        "please water the plants tomorrow",
    ],
)
def test_nothing_is_found(text):
    assert INDEX.search(text) == []


def test_all_with_the_word_are_found_in_order():
    assert [hit.position for hit in INDEX.search("symphony")] in ([2, 11], [11, 2])
    assert [hit.position for hit in INDEX.search("verify_tsk_p1_06")] == [3, 4]
    assert len(INDEX.search("verify_tsk_p1_06", limit=1)) == 1


def test_equal_entries_come_by_position():
    hits = Index([ENTRIES[1]] * 3).search("baseline drift")
    assert [hit.position for hit in hits] == [0, 1, 2]


def test_nothing_is_found_among_nothing():
    assert Index([]).search("drift") == []


@pytest.mark.parametrize("entry", [n for n, entry in enumerate(ENTRIES) if entry.error])
def test_an_entry_finds_itself(entry):
    assert first(ENTRIES[entry].error) == entry


def many(count):
    chance = random.Random(7)  # noqa: S311, a test
    words = ["".join(chance.choices("abcdefghijklmnop", k=7)) for _ in range(3_000)]
    words += ["error", "failed", "missing", "relation", "verify", "schema", "timeout"] * 40
    return [
        recorded(
            f"ERROR in {chance.choice(words)}_{n}.sh:{n}: " + " ".join(chance.choices(words, k=9)),
            cause=" ".join(chance.choices(words, k=15)),
            fix=" ".join(chance.choices(words, k=15)),
        )
        for n in range(count)
    ]


def long_output(entries):
    chance = random.Random(8)  # noqa: S311, a test
    words = " ".join(entry.error for entry in entries[:300]).split()
    lines = [" ".join(chance.choices(words, k=10)) for _ in range(499)]
    return "\n".join([*lines[:200], f"/elsewhere/{entries[17].error}", *lines[200:]])


def test_five_thousand_entries_and_five_hundred_lines():
    entries = many(5_000)
    text = long_output(entries)
    started = time.process_time()
    hits = Index(entries).search(text)
    assert hits[0].position == 17
    assert time.process_time() - started < 3  # about 1.5 s of a busy, slow machine


def test_absurd_input_is_cut():
    started = time.perf_counter()
    text = "".join(f"line {n:x}x of words\n" for n in range(200_000))
    assert INDEX.search("Baseline drift detected from check_baseline_drift.sh\n" + text) == []
    assert first(text + "Baseline drift detected from check_baseline_drift.sh") == 1
    assert INDEX.search("a" * 1_000_000) == []
    assert time.perf_counter() - started < 10


class Browser:
    """The script of the pages in a real browser."""

    def __init__(self, page):
        self._page = page
        page.set_content("<title>search</title>")
        page.evaluate(SCRIPT.read_text(encoding="utf-8"))
        page.evaluate("table => { window.same = plantraceRanking.create(table) }", table())

    def folded(self, texts):
        return self._page.evaluate("texts => texts.map(same.fold)", texts)

    def terms(self, texts):
        return self._page.evaluate("texts => texts.map(same.terms)", texts)

    def index(self, entries):
        objects = [entry._asdict() for entry in entries]
        self._page.evaluate("entries => { window.index = new same.Index(entries) }", objects)

    def hits(self, texts):
        return self._page.evaluate("texts => texts.map((text) => index.search(text))", texts)

    def milliseconds(self, text):
        """Of a search of a text that was changed since, at its best of three."""
        measure = """text => Math.min(...[1, 2, 3].map((n) => {
            const started = performance.now();
            index.search(text + n);
            return performance.now() - started;
        }))"""
        return self._page.evaluate(measure, text)


@pytest.fixture(scope="module")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="needs Playwright to drive a browser")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Chromium to run the script of the pages")
    with api.sync_playwright() as playwright:
        process = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield Browser(process.new_page())
        process.close()


def assert_same_words(browser, texts):
    for text, folded, words in zip(texts, browser.folded(texts), browser.terms(texts), strict=True):
        assert folded == fold(text), text
        assert words == terms(text), text


def assert_same_hits(browser, entries, texts):
    browser.index(entries)
    index = Index(entries)
    for text, found in zip(texts, browser.hits(texts), strict=True):
        hits = index.search(text)
        assert [hit["position"] for hit in found] == [hit.position for hit in hits], text
        scores = [hit["score"] for hit in found]
        assert scores == pytest.approx([hit.score for hit in hits], rel=1e-9, abs=1e-9), text


PIECES = st.sampled_from(
    "ERROR relation “x” 'y' `z` \"q\" /home/eve/a.py:3:4 C:\\Users\\a\\b.cs(3,4) ./x/y ~/z and/or "
    "2026-02-07T10:11:12Z 12:34:56.789 Feb 7 0x80070005 0x7ff 3f2a9c1d 123e4567-e89b-12d3-a456-"
    "426614174000 5.3 s 40% exit code 137 HTTP/1.1 500 https://u:p@h.example:1/a/b/c/d?x=1#y "
    "\x1b[31m \x1b[0m \x1b]8;;x\x07 [1m \\033[0m __init__ Σας İstanbul ﬀ ß 日本語 ❌ é e\u0301 "
    "\u200b 𝒳 PRECI.DB verify_a.sh billing drift … = ( ) [ ] _ - . : , \u2028 \x85 \xa0 \x1c".split(
        " "
    )
)
TEXTS = st.lists(PIECES | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)).flatmap(
    lambda pieces: st.sampled_from([" ", "", "\n"]).map(lambda glue: glue.join(pieces))
)


def test_the_browser_folds_alike(browser):
    texts = [text for entry in ENTRIES for text in entry if text]
    assert_same_words(
        browser, [*texts, output("x", 30), "", "\x1b[31m" * 9, *map(chr, range(0x530))]
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, min_size=1, max_size=30))
def test_the_browser_folds_anything_alike(browser, texts):
    assert_same_words(browser, texts)


def test_the_browser_finds_alike(browser):
    words = sorted({word for entry in ENTRIES for text in entry if text for word in text.split()})
    lines = [output(entry.error, seed=n) for n, entry in enumerate(ENTRIES) if entry.error]
    errors = [entry.error for entry in ENTRIES if entry.error]
    beginnings = [word[:3] for word in words]
    assert_same_hits(browser, ENTRIES, [*words, *beginnings, *errors, *lines, "", "the"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, min_size=1, max_size=8), st.lists(TEXTS, min_size=1, max_size=8))
def test_the_browser_finds_anything_alike(browser, errors, texts):
    entries = [recorded(error, signature=error[:9] or None) for error in errors]
    assert_same_hits(browser, entries, [*texts, *errors, "\n".join(texts)])


def test_the_browser_agrees_on_real_logs(browser):
    logs = sorted(CORPORA.glob("*/docs/plans/**/EXEC_LOG.md"))
    if not logs:
        pytest.skip("needs the logs of real repositories in ../shared/corpora")
    texts = [log.read_text(encoding="utf-8", errors="replace") for log in logs[::7]]
    lines = list(dict.fromkeys(line for text in texts for line in text.splitlines() if line))
    assert_same_words(browser, lines[:20_000])
    entries = [recorded(line) for line in lines[::9][:800]]
    assert_same_hits(browser, entries, [*lines[1::97][:60], *texts[:20]])


def test_the_browser_answers_at_once(browser):
    entries = many(5_000)
    text = long_output(entries)
    assert_same_hits(browser, entries, [text, "timeout", "sche"])
    assert browser.milliseconds(text) < 500  # about 20 ms where nothing else runs
    assert browser.milliseconds("sche") < 500


def test_the_table_is_all_that_the_browser_needs(browser):
    assert json.loads(json.dumps(table())) == table()
    assert browser.folded(["verify_a.sh failed"]) == ["verify_a sh failed"]
