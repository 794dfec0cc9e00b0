"""The search over everything that was written: words, ranking, and the file that keeps it."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from mkdocs_plantrace.trace.search.bm25 import Indexed, Passage, SearchIndex
from mkdocs_plantrace.trace.search.store import Store
from mkdocs_plantrace.trace.search.terms import query_words, terms, words


def passage(path, text, record=""):
    return Passage(path, 1, 1 + text.count("\n"), "Log", text, record)


FILLER = [
    passage(
        f"docs/{name}.md", f"{name} was planned, built, reviewed and released\nwith {name} tests"
    )
    for name in "billing orders search login export import audit mail cache queue".split()
]
PASSAGES = [
    *FILLER,
    passage(
        "docs/T-1/EXEC_LOG.md",
        'Applying 0125_postgis.sql failed:\nERROR: extension "postgis" is not available\n'
        "The image of the CI lacks the package; installed postgresql-18-postgis-3 there.",
        record="docs/T-1",
    ),
    passage("docs/T-1/PLAN.md", "Store positions of shops as geometry", record="docs/T-1"),
    passage("docs/T-2/EXEC_LOG.md", "The extension of the deadline is not available to everybody"),
    passage("docs/ja/EXEC_LOG.md", "収集結果の電話番号を正規化する"),
    passage("docs/ru/EXEC_LOG.md", "Миграция базы данных остановилась из-за блокировки"),
    passage("docs/T-3/EXEC_LOG.md", "verify_ledger.sh exits with code 141, a closed pipe"),
]


def search(text, passages=PASSAGES, limit=10):
    return SearchIndex(Indexed(passages)).search(text, limit)


def found(text, passages=PASSAGES):
    return [hit.path for hit in search(text, passages)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The tests are failing", ["the", "tests", "are", "failing"]),
        ("verify_a.sh", ["verify_a.sh", "verify_a", "verify", "a", "sh"]),
        ("parseConfig", ["parseconfig", "parse", "config"]),
        ("HTTPError NuGet v2", ["httperror", "nuget", "nu", "get", "v2"]),
        ("\x1b[31mERROR\x1b[0m [1;91mboom[0m", ["error", "boom"]),
        ("\x1b]8;;https://x.example\x07link\x1b]8;;\x07", ["link"]),
        ("3f2a9c1d 118402 2026-02-07T10:11:12Z exit 141", ["11", "12z", "exit", "141"]),
        ("дата Миграции", ["дата", "миграции"]),
        ("電話番号 x", ["電話", "話番", "番号", "x"]),
        ("__init__ --dry-run …", ["init", "dry-run", "dry", "run"]),
        (
            "Object.fromEntries fix-a_b",
            ["object.fromentries", "fromentries", "object", "from", "entries"]
            + ["fix-a_b", "a_b", "fix", "a", "b"],
        ),
        ("", []),
    ],
)
def test_terms(text, expected):
    assert terms(text) == expected


def test_an_identifier_in_a_query_counts_once():
    assert query_words("Object.fromEntries") == [
        ("object.fromentries", "object", "from", "entries")
    ]


def test_a_word_is_whole_first():
    assert words("pre_ci.sh 話番号") == [
        ("pre_ci.sh", "pre_ci", "pre", "ci", "sh"),
        ("話番",),
        ("番号",),
    ]


NOISE = "\n".join(
    f"[{n}/240] Downloading package {n}.{n} from https://mirror.example.org/pool/{n}\nok {n} tests"
    for n in range(200)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('psql:/ci/9.sql:6: ERROR:  extension "postgis" is not available', "docs/T-1/EXEC_LOG.md"),
        (f'{NOISE}\nERROR: extension "postgis" is not available\n{NOISE}', "docs/T-1/EXEC_LOG.md"),
        (
            "app-7f9 pid=4411 host=ci-runner-9 lvl=error svc=geo-api traceid=zz81kq reqid=qq19pw"
            " module=store.migrate.apply handler=onBoot postgis extension not available attempt=9"
            " queue=boot-tasks worker=w-19 kernel=linux-lts zone=eu-west-9b retryin=900ms",
            "docs/T-1/EXEC_LOG.md",
        ),
        ("postg", "docs/T-1/EXEC_LOG.md"),
        ("geometry of shops", "docs/T-1/PLAN.md"),
        ("installing packages in the image", "docs/T-1/EXEC_LOG.md"),
        ("verify_ledg", "docs/T-3/EXEC_LOG.md"),
        ("exit code 141", "docs/T-3/EXEC_LOG.md"),
        ("電話番号", "docs/ja/EXEC_LOG.md"),
        ("блокировки базы", "docs/ru/EXEC_LOG.md"),
        ("T-2", "docs/T-2/EXEC_LOG.md"),
    ],
)
def test_the_right_document_comes_first(text, expected):
    assert found(text)[0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x1b[31m \x1b[0m ***",
        "ORA-01555: snapshot too old: rollback segment too small",
        "segmentation fault in libtorch_cuda.so, device-side assert triggered",
    ],
)
def test_nothing_is_found_where_nothing_fits(text):
    assert search(text) == []


def test_nothing_is_found_in_nothing():
    assert search("boom", []) == []


def test_plan_and_log_are_one_answer():
    paths = found("geometry of shops, extension postgis not available")
    assert paths.count("docs/T-1/EXEC_LOG.md") + paths.count("docs/T-1/PLAN.md") == 1


def test_an_entry_comes_first_where_it_is_as_good():
    same = [passage(f"docs/{n}.md", "the bridge is broken") for n in range(4)]
    same[2] = same[2]._replace(is_entry=True)
    assert found("broken bridge", [*FILLER, *same]) == [
        "docs/2.md",
        "docs/0.md",
        "docs/1.md",
        "docs/3.md",
    ]


def test_what_shares_only_common_words_with_the_best_answer_is_left_out():
    notes = [passage(f"docs/{name}.md", f"the {name} is not ready") for name in "abc"]
    right = passage("docs/right.md", "ERROR: the token is not valid")

    assert found("ERROR: the token is not valid", [*notes, right]) == ["docs/right.md"]


def test_a_hit_names_the_lines_that_match():
    (hit,) = [hit for hit in search('extension "postgis" is not available') if "T-1" in hit.path]
    assert 2 in hit.lines
    assert PASSAGES[hit.passages[0]].path == hit.path


def test_words_in_one_line_count_more_than_the_same_words_apart():
    apart = "\n\n".join(
        f"{word} and much else that fills a long line of prose here, " * 9
        for word in ("quota", "exceeded", "while", "writing")
    )
    passages = [*FILLER, passage("docs/apart.md", apart), passage("docs/line.md", "quota exceeded")]
    assert found("quota exceeded", passages)[0] == "docs/line.md"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Store("/project", "stamp")


def written(store):
    assert store.write(Indexed(PASSAGES), [f'"{number}"' for number in range(len(PASSAGES))])
    return Path(store.path)


QUERY = 'ERROR: extension "postgis" is not available'


def test_the_file_answers_as_memory_does(store):
    written(store)
    for text in (QUERY, "postg", "blocked 電話番号", NOISE, ""):
        assert [each.hit for each in store.search(text)] == search(text)


def test_what_is_shown_comes_back(store):
    written(store)
    first = store.search(QUERY)[0]
    assert first.shown == f'"{first.hit.passages[0]}"'
    assert first.passage.path == first.hit.path


def test_without_a_file_there_is_no_answer(store):
    assert store.search(QUERY) is None


def test_another_stamp_or_project_has_no_answer(store):
    written(store)
    assert Store("/project", "other").search(QUERY) is None
    assert Store("/elsewhere", "stamp").search(QUERY) is None


@pytest.mark.parametrize("kept", [0, 1, 100, 5_000])
def test_a_file_cut_short_is_no_cache(store, kept):
    file = written(store)
    file.write_bytes(file.read_bytes()[:kept])
    assert store.search(QUERY) is None


def test_a_damaged_file_never_raises(store):
    file = written(store)
    data = file.read_bytes()
    for start in range(0, len(data), len(data) // 60):
        file.write_bytes(data[:start] + b"\xff\x00 damaged \x01" + data[start + 12 :])
        answer = store.search(QUERY)
        assert answer is None or isinstance(answer, list)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE about SET format = 'of another version'",
        "UPDATE about SET lengths = x'01'",
        "UPDATE about SET lengths = x'', records = x''",
        "UPDATE about SET lengths = zeroblob(length(lengths))",
        "UPDATE about SET stamp = 7",
        "DELETE FROM about",
        "DELETE FROM passages",
        "UPDATE passages SET line = 'x'",
        "UPDATE passages SET text = x'ff'",
        "UPDATE postings SET places = x'ffffffff01000000'",
        "UPDATE postings SET places = x'010000'",
        "UPDATE postings SET places = 'text'",
        "DROP TABLE postings",
        "CREATE VIEW more AS SELECT 1",
    ],
)
def test_a_file_that_was_tampered_with_is_no_cache(store, statement):
    file = written(store)
    connection = sqlite3.connect(file)
    connection.execute(statement)
    connection.commit()
    connection.close()
    answer = store.search(QUERY)
    assert answer is None or isinstance(answer, list)
    assert written(store)
    assert store.search(QUERY)


def test_a_directory_that_cannot_be_used_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for directory in (tmp_path / "file", tmp_path / "file" / "below"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(directory))
        store = Store("/project", "stamp")
        assert not store.write(Indexed(PASSAGES), [""] * len(PASSAGES))
        assert store.search(QUERY) is None


def test_a_directory_in_place_of_the_file_is_no_error(store):
    os.makedirs(store.path)
    assert not store.write(Indexed(PASSAGES), [""] * len(PASSAGES))
    assert store.search(QUERY) is None
    assert os.listdir(os.path.dirname(store.path)) == [os.path.basename(store.path)]


def test_two_processes_write_and_read_at_once(store):
    script = """
from mkdocs_plantrace.trace.search.bm25 import Indexed, Passage
from mkdocs_plantrace.trace.search.store import Store
store = Store("/project", "stamp")
passages = [Passage(f"{n}.md", 1, 1, "", f"word{n} of a passage") for n in range(300)]
for turn in range(20):
    assert store.write(Indexed(passages), [""] * 300)
    (first, *_) = store.search("word7 of a passage")
    assert first.hit.path == "7.md", first
"""
    command = [sys.executable, "-c", script]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[1] for process in running] == ["", "", ""]
    assert os.listdir(os.path.dirname(store.path)) == [os.path.basename(store.path)]
