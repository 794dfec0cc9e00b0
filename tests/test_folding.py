"""What two runs of one failure share, and what keeps two failures apart."""

from __future__ import annotations

import pytest
from conftest import LONG
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_plantrace.utils.error_normalization import normalize_error

SAME = {
    "colours": ("\x1b[1;31mpermission denied for table\x1b[0m", "permission denied for table"),
    "colours without their escape": ("[31mpermission denied here[0m", "permission denied here"),
    "colours spelt out": (r"\x1b[31mpermission denied here\x1b[0m", "permission denied here"),
    "colours in caret notation": ("^[[31mpermission denied here^[[m", "permission denied here"),
    "erased lines": ("\x1b[2K[2Kpermission denied here", "permission denied here"),
    "a name in brackets": ("[main] permission denied here", "main permission denied here"),
    "a string for the terminal": (
        "\x1bPq;1\x1b\\permission denied here",
        "permission denied here",
    ),
    "a hyperlink": (
        "\x1b]8;;https://a.example/1\x1b\\the log of job\x1b]8;;\x07 is gone",
        "the log of job is gone",
    ),
    "a prefix with the time": (
        "2026-02-07T10:11:12.345Z the worker lost its lease",
        "[2026-03-08 23:59:01,001] the worker lost its lease",
    ),
    "the time of syslog": (
        "Feb  7 10:11:12 the worker lost its lease",
        "Mon, Nov 23 01:02:03 2026 the worker lost its lease",
    ),
    "the hour alone": ("12:34:56.789 the worker lost its lease", "the worker lost its lease"),
    "a UUID": (
        "no job 123e4567-e89b-12d3-a456-426614174000 in this queue",
        "no job 00000000-0000-4000-8000-00000000000A in this queue",
    ),
    "addresses and commits": (
        "segfault at 0x7ffd12 after commit 3f2a9c1",
        "segfault at 0x55e after commit 0123456789abcdef0123456789abcdef01234567",
    ),
    "folders and lines": (
        "psql:/home/eve/work/schema/0122_create.sql:98: syntax error near end",
        "psql:../schema/0122_create.sql:7:12: syntax error near end",
    ),
    "folders of Windows": (
        r"C:\Users\Jane Doe\src\loader.py:3: cannot read the settings",
        "file:///D:/builds/src/loader.py: cannot read the settings",
    ),
    "line numbers": (
        'File "/srv/a/tool.py", line 12, in run',
        'File "/opt/b/tool.py", line 3456, in run',
    ),
    "numbers with units": (
        "gave up after 30s and 12 of 40 tests (45 %, 1.5 GiB)",
        "gave up after 900 ms and 3 of 7 tests (3%, 200MB)",
    ),
    "quoted values": (
        'relation "orders" does not exist',
        "relation ‘state_transitions’ does not exist",
    ),
    "details of PostgreSQL": (
        "Key (id, tenant)=(42, x) already exists",
        "Key (id, tenant)=(7, yy) already exists",
    ),
    "variable parts of a URL": (
        "cannot fetch https://eve:secret@mirror.example:8443/simple/pkg?page=3#top",
        "cannot fetch http://mirror.example/simple/pkg",
    ),
    "Markdown": (
        "- **Error**: the gate `stopped\n  the *whole* build`",
        "Error: the gate stopped the whole build",
    ),
    "databases named for a run": (
        "database symphony_ci_1775699432 does not exist",
        "database symphony_ci_1775701111 does not exist",
    ),
    "case": ("ERROR: Überlauf im Puffer ΣΑΣ", "error: überlauf im puffer σασ"),
    "exit codes however told": ("the build exited with status 2", "the build exit code: 2"),
}

APART = [
    ("verify_a.sh failed", "verify_b.sh failed"),
    ("`scripts/db/verify_a.sh` failed with the usual message", "`verify_b.sh` failed with the "
     "usual message"),
    ("KeyError: 'tenant_id'", "KeyError: 'amount'"),
    ("'a' failed", "'b' failed"),
    ("the build exited with 1", "the build exited with 137"),
    ("GET https://api.example/v1/users gave status 404", "GET https://api.example/v1/users gave "
     "status 500"),
    ("GET https://api.example/login is slow today", "GET https://api.example/pay is slow today"),
    ("verify_tsk_p1_063.sh: no evidence written", "verify_tsk_p1_064.sh: no evidence written"),
    ("blocked by P7210 in trigger", "blocked by P7211 in trigger"),
    ("the task TSK-P0-051 has no log", "the task TSK-P0-052 has no log"),
    ("COM call failed with 0x80070005", "COM call failed with 0x80004005"),
    ("the gate needs 'DATABASE_URL' to be set", "the gate needs 'PGHOST' to be set"),
    ("raised an 'ImportError' while loading this", "raised a 'ValueError' while loading this"),
    ('it said "password authentication failed"', 'it said "role does not exist"'),
    ("404", "500"),
    ("/etc/passwd", "/etc/hosts"),
]  # fmt: skip

FOLDED = [
    ('ERROR: relation "x" does not exist', "error relation … does not exist"),
    ("took 5 s, 12 of 40 tests", "took … of … tests"),
    ("a and/or b choose wisely", "a and or b choose wisely"),
    ("rate(x[5m]) is no colour here", "rate x … is no colour here"),
    ("'quoted' \"values\" `alone`", "quoted values alone"),
    ("404", "404"),
    ("", ""),
    ("*** ---", ""),
]

HOSTILE = [
    *("1 \" ' ` / \\ : [ ( _ . - … \x1b".split(" ")),
    *(
        "a/ a\\ a:\\ 1: 1. 1- a. a: _a 0x a1 =( [1; \x1b] \x1b[ a://b:1/ /tmp/tmp 1s À A1".split(
            " "
        )
    ),
    *(" ", '"a', "2026-02-", "exit ", "Jan 1 ", "1 "),
]


@pytest.mark.parametrize("texts", SAME.values(), ids=SAME)
def test_two_runs_meet(texts):
    one, other = map(normalize_error, texts)
    assert one == other
    assert len(one.split()) >= 3


@pytest.mark.parametrize(("one", "other"), APART)
def test_two_failures_stay_apart(one, other):
    assert normalize_error(one) != normalize_error(other)


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_folded(text, folded):
    assert normalize_error(text) == folded


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_is_plain(text):
    folded = normalize_error(text)
    assert "  " not in folded
    assert folded == folded.strip()
    assert not set(folded) & set("ABCXYZ.:/\\\"'`*[](){}\n\t")


@given(st.sampled_from([text for texts in SAME.values() for text in texts]), st.integers(0, 10**9))
def test_numbers_do_not_matter(text, number):
    assert normalize_error(f"{text} after {number} tries") == normalize_error(
        f"{text} after 1 tries"
    )


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("shape", HOSTILE)
@pytest.mark.parametrize("end", ["", "!z"])
def test_long_texts_of_any_shape_are_folded(shape, end):
    text = (shape * (LONG // 3))[: LONG // 3] + end

    folded = normalize_error(text)
    assert folded == folded.strip()
