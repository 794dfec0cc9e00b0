"""Spreads work that is the same for many items over a few processes, where that pays."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)
R = TypeVar("R")

_FEWEST = 150
"""Fewer items for each process, and to start it costs more than it saves."""
_MOST_PROCESSES = 4
_CHUNK, _MOST_CHUNKS = 16, 1000
_NUMBER = 2
"""Bytes of the number of a chunk; the numbers of all chunks fit in a pipe."""
_BETWEEN_LOOKS = 0.001


def spread(
    function: Callable[[T], R], items: Sequence[T], meanwhile: Callable[[], object] = lambda: None
) -> list[R]:
    """What the function gives for each item, in their order.

    `meanwhile` is what this process does while the others begin.
    Items and the function stay as they are; results must be such as `pickle` takes. An exception
    of the function is raised here, whichever process met it. Without `fork`, beside other threads
    and with few items all is done in this process.
    """
    count = max(1, min(_processors(), _MOST_PROCESSES, len(items) // _FEWEST))
    if count == 1:
        meanwhile()
        return [function(item) for item in items]
    size = max(_CHUNK, -(-len(items) // _MOST_CHUNKS))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    done: dict[int, list[R]] = {}
    queue = _queue(len(chunks))

    def take() -> Iterator[tuple[int, list[R]]]:
        while number := int.from_bytes(os.read(queue, _NUMBER), "big"):
            yield number, [function(item) for item in chunks[number - 1]]

    helpers: list[_Helper] = []
    try:
        helpers.extend(_Helper(take) for _ in range(count - 1))
        meanwhile()
        for number, results in take():
            done[number] = results
            for helper in helpers:  # while the others go on
                done.update(helper.results(waits=False))
        for helper in helpers:
            done.update(helper.results(waits=True))
    finally:
        os.close(queue)
        for helper in helpers:
            helper.end()
    # What a helper has left undone, as one that was killed.
    whole = (
        done[number] if number in done else [function(item) for item in chunk]
        for number, chunk in enumerate(chunks, start=1)
    )
    return [result for chunk in whole for result in chunk]


class Ahead(Generic[H, R]):
    """What a function gives for each item, made by another process while this one goes on.

    As with `spread`, all is done in this process where there is no other.
    """

    def __init__(self, function: Callable[[H], R], items: Iterable[H]) -> None:
        self._function = function
        self._made: dict[H, R] = {}
        self._helper: _Helper | None = None
        if _processors() > 1:
            self._helper = _Helper(lambda: ((item, function(item)) for item in items))

    def result(self, item: H) -> R:
        """That of one item, to be asked for once; waits for it if it is still to come."""
        while self._helper and item not in self._made:
            frame = self._helper.next_result()
            if frame is None:
                self.end()
            else:
                self._made[frame[0]] = frame[1]
        return self._made.pop(item) if item in self._made else self._function(item)

    def end(self) -> None:
        """Stop the other process, if it still runs."""
        if self._helper:
            self._helper.end()
        self._helper = None


def _processors() -> int:
    """How many processes can run beside one another; 1 where this one had better not fork."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" and _threads() == 1 else 1


def _threads() -> int:
    """Those of libraries as well; a fork has only one of them, and locks that others hold."""
    return len(os.listdir("/proc/self/task"))


def _queue(count: int) -> int:
    """A pipe that holds the numbers from 1 to `count`; each process takes the next one."""
    reading, writing = os.pipe()
    numbers = (number.to_bytes(_NUMBER, "big") for number in range(1, count + 1))
    os.write(writing, b"".join(numbers))
    os.close(writing)
    return reading


class _Helper:
    """A process that leaves what it makes in a file without a name."""

    def __init__(self, make: Callable[[], Iterable[tuple[Any, Any]]]) -> None:
        # Slow to load, and small projects need neither.
        import pickle  # noqa: PLC0415
        import tempfile  # noqa: PLC0415

        self._pickle = pickle
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (closed by `end`)
        self._read = 0
        self._pid = os.fork()
        if self._pid == 0:
            try:
                gc.disable()
                for result in make():
                    frame = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
                    self._file.write(len(frame).to_bytes(8, "big") + frame)
            finally:
                os._exit(0)

    def results(self, *, waits: bool) -> Iterator[tuple[Any, Any]]:
        """All results that are there, or that come until the process ends."""
        while (result := self.next_result(waits=waits)) is not None:
            yield result

    def next_result(self, *, waits: bool = True) -> tuple[Any, Any] | None:
        """The next result, perhaps as soon as it is there; None if there will be none."""
        while True:
            is_running = self._is_running()
            head = os.pread(self._file.fileno(), 8, self._read)
            size = int.from_bytes(head, "big")
            frame = os.pread(self._file.fileno(), size, self._read + 8)
            if len(head) == 8 and len(frame) == size:  # noqa: PLR2004 (as written)
                self._read += 8 + size
                result: tuple[Any, Any] = self._pickle.loads(frame)
                return result
            if not (waits and is_running):
                return None
            time.sleep(_BETWEEN_LOOKS)

    def _is_running(self) -> bool:
        if self._pid and os.waitpid(self._pid, os.WNOHANG)[0]:
            self._pid = 0
        return self._pid != 0

    def end(self) -> None:
        """Stop the process, if it still runs."""
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            self._pid = 0
        self._file.close()
