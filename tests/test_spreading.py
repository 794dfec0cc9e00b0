"""Work that is spread over processes gives what one process gives."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from mkdocs_plantrace import rules, spreading
from mkdocs_plantrace.model import Location
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.spreading import Ahead, spread

MANY = range(2000)
forks = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a safe fork")


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the machine has one; the threads of the test runner hold no locks of ours."""
    monkeypatch.setattr(spreading, "_threads", threading.active_count)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)


def square_and_process(number: int) -> tuple[int, int]:
    time.sleep(0.0005)  # or one process would be done before the other has begun
    return number * number, os.getpid()


@forks
def test_results_come_in_order_from_two_processes() -> None:
    results = spread(square_and_process, MANY)
    assert [square for square, _ in results] == [number * number for number in MANY]
    assert len({process for _, process in results}) == 2


def test_few_items_stay_in_this_process() -> None:
    few = range(100)
    assert {process for _, process in spread(square_and_process, few)} == {os.getpid()}


def test_beside_other_threads_all_is_done_here() -> None:
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    try:
        results = spread(square_and_process, MANY)
    finally:
        ended.set()
        thread.join()
    assert {process for _, process in results} == {os.getpid()}


def test_an_exception_is_raised_here() -> None:
    def refuse(number: int) -> int:
        if number == 1999:
            raise LookupError("the last one")
        return number

    with pytest.raises(LookupError, match="the last one"):
        spread(refuse, MANY)


@forks
def test_what_a_killed_process_leaves_undone_is_done_here() -> None:
    here = os.getpid()

    def die_elsewhere(number: int) -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    assert spread(die_elsewhere, MANY) == list(MANY)


@forks
def test_results_that_cannot_travel_are_made_here() -> None:
    results = spread(lambda number: lambda: number, MANY)  # a function of no module
    assert [result() for result in results] == list(MANY)


def test_no_process_and_no_file_is_left() -> None:
    before = os.listdir("/proc/self/fd") if sys.platform == "linux" else []
    spread(square_and_process, MANY)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    if sys.platform == "linux":
        assert os.listdir("/proc/self/fd") == before


@forks
def test_ahead_gives_each_result_in_any_order() -> None:
    ahead = Ahead(square_and_process, range(200))
    results = [ahead.result(number) for number in (150, 3, 199, 77)]
    ahead.end()
    assert [square for square, _ in results] == [22500, 9, 39601, 5929]
    assert {process for _, process in results}.isdisjoint({os.getpid()})


@forks
def test_ahead_goes_on_here_when_its_process_has_ended() -> None:
    here = os.getpid()

    def refuse_elsewhere(number: int) -> int:
        if os.getpid() != here and number == 5:
            raise LookupError
        return number

    ahead = Ahead(refuse_elsewhere, range(10))
    assert [ahead.result(number) for number in range(10)] == list(range(10))


def test_ahead_ends_before_it_is_done() -> None:
    ahead = Ahead(time.sleep, [60])
    ahead.end()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@forks
def test_rules_stay_themselves_on_their_way() -> None:
    problems = spread(
        lambda line: Problem(
            rule=rules.DUPLICATE_KEY,
            severity=rules.Severity.ERROR,
            location=Location("meta.yml", line),
            message="",
        ),
        MANY,
    )
    assert all(problem.rule is rules.DUPLICATE_KEY for problem in problems)


def test_meanwhile_is_done_once(tmp_path: Path) -> None:
    for items in (range(3), MANY):
        with (tmp_path / "done").open("a", encoding="utf-8") as file:
            spread(str, items, lambda: file.write(f"{os.getpid()}\n"))
    assert (tmp_path / "done").read_text().split() == [str(os.getpid())] * 2
