"""The search in the browser gives what the search in Python gives, scores included."""

import unicodedata
from pathlib import Path

import pytest
from conftest import CHROMIUM, IN_A_BROWSER
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_search import NOISE, PASSAGES, QUERY

from mkdocs_plantrace.trace.search.bm25 import Indexed, Passage, SearchIndex
from mkdocs_plantrace.trace.search.terms import query_words, words

pytestmark = IN_A_BROWSER

SCRIPT = Path(__file__).parents[1] / "mkdocs_plantrace/site/assets/search.js"
CORPORA = Path(__file__).parents[2] / "shared/corpora"
TEXTS = [
    QUERY,
    f"{NOISE}\n{QUERY}\n{NOISE}",
    "postg",
    "postgisation of verify_ledg",
    "exit code 141",
    "blocked 電話番号",
    "Миграция базы",
    "docs T-2 deadline deadline",
    "ORA-01555: snapshot too old",
    "",
]
PIECES = st.sampled_from(
    "ERROR postgis not available /home/eve/a.py:3 TSK-P0-051 2026-02-07T10:11:12Z 3f2a9c1d 141"
    " pre_ci parseConfig NuGet \x1b[31m \x1b[0m [1m \\033[0m __init__ Σας İstanbul ﬀ ß 日本語 x語y"
    " extension ❌ e\u0301 𝒳 ² Ⅳ ١٢ deadline deadlines image installed \n \r\n - _ .".split(" ")
)
# A browser may know letters that are newer than this Python.
LETTERS = [chr(code) for code in range(0x20, 0x3000) if unicodedata.category(chr(code)) != "Cn"]
ANY_TEXT = st.lists(
    PIECES | st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=5)
).map(" ".join)


@pytest.fixture(scope="module")
def script(browser):
    assert CHROMIUM
    page = browser.new_page()
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    return page


def hits_in_browser(script, passages, texts):
    return script.evaluate(
        """async ([passages, texts]) => {
            const index = await plantraceSearch.create({ passages });
            return texts.map((text) => index.search(text, 5));
        }""",
        [[passage._asdict() for passage in passages], texts],
    )


def assert_same_hits(script, passages, texts):
    index = SearchIndex(Indexed(passages))
    for text, found in zip(texts, hits_in_browser(script, passages, texts), strict=True):
        expected = [
            {
                **hit._asdict(),
                "score": pytest.approx(hit.score, rel=1e-12),  # logarithms differ in the last bit
                "passages": list(hit.passages),
                "lines": list(hit.lines),
            }
            for hit in index.search(text, 5)
        ]
        assert found == expected, text


def assert_same_words(script, texts):
    for name, read in (("words", words), ("queryWords", query_words)):
        found = script.evaluate(f"texts => texts.map(plantraceSearch.{name})", texts)
        assert found == [[list(word) for word in read(text)] for text in texts]


def test_the_same_words(script):
    assert_same_words(script, [*TEXTS, *LETTERS, "\x1b]8;;x\x07y"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ANY_TEXT, min_size=1, max_size=30))
def test_the_same_words_of_any_text(script, texts):
    assert_same_words(script, texts)


def test_the_same_hits(script):
    entries = [passage._replace(is_entry=n % 3 == 0) for n, passage in enumerate(PASSAGES)]
    assert_same_hits(script, PASSAGES, TEXTS)
    assert_same_hits(script, entries, TEXTS)
    assert_same_hits(script, [], TEXTS)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ANY_TEXT, min_size=1, max_size=9), st.lists(ANY_TEXT, min_size=1, max_size=8))
def test_the_same_hits_for_any_text(script, written, texts):
    passages = [
        Passage(f"a/b{n // 2}/{n}.md", n, n, "A > B", text, f"a/b{n // 2}")
        for n, text in enumerate(written)
    ]
    assert_same_hits(script, passages, [*texts, *written, "\n".join(texts)])


def test_the_same_hits_in_real_records(script):
    logs = sorted(CORPORA.glob("*/docs/plans/**/EXEC_LOG.md"))[::5]
    if not logs:
        pytest.skip("needs the logs of real repositories in ../shared/corpora")
    texts = [log.read_text(encoding="utf-8", errors="replace") for log in logs]
    passages = [
        Passage(str(log), 1, 1 + text.count("\n"), "", text)
        for log, text in zip(logs, texts, strict=True)
    ]
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    assert_same_hits(script, passages, [*lines[::97][:60], *texts[::9]])
