"""Spreads work that is the same for many items over a few processes, where that pays."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_FEWEST = 150
"""Fewer items for each process, and to start it costs more than it saves."""
_MOST_PROCESSES = 4
_CHUNK, _MOST_CHUNKS = 16, 1000
_NUMBER = 2
"""Bytes of the number of a chunk; the numbers of all chunks fit in a pipe."""


def spread(
    function: Callable[[T], R], items: Sequence[T], meanwhile: Callable[[], object] = lambda: None
) -> list[R]:
    """What the function gives for each item, in their order.

    `meanwhile` is what this process does while the others begin.
    Items and the function stay as they are; results must be such as `pickle` takes. An exception
    of the function is raised here, whichever process met it. Without `fork`, beside other threads
    and with few items all is done in this process.
    """
    count = _processes(len(items))
    if count == 1:
        meanwhile()
        return [function(item) for item in items]
    size = max(_CHUNK, -(-len(items) // _MOST_CHUNKS))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    done: dict[int, list[R]] = {}
    queue = _queue(len(chunks))
    helpers: list[_Helper[T, R]] = []
    try:
        helpers.extend(_Helper(function, chunks, queue) for _ in range(count - 1))
        meanwhile()
        for number in _numbers(queue):
            done[number] = [function(item) for item in chunks[number]]
        for helper in helpers:
            done.update(helper.results())
    finally:
        os.close(queue)
        for helper in helpers:
            helper.end()
    # What a helper has left undone, as one that was killed.
    results = (
        done[number] if number in done else [function(item) for item in chunk]
        for number, chunk in enumerate(chunks)
    )
    return [result for chunk in results for result in chunk]


def _processes(items: int) -> int:
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return max(1, min(len(os.sched_getaffinity(0)), _MOST_PROCESSES, items // _FEWEST))


def _queue(count: int) -> int:
    """A pipe that holds the numbers of all chunks; each process takes the next one."""
    reading, writing = os.pipe()
    os.write(writing, b"".join(number.to_bytes(_NUMBER, "big") for number in range(count)))
    os.close(writing)
    return reading


def _numbers(queue: int) -> Iterator[int]:
    while number := os.read(queue, _NUMBER):
        yield int.from_bytes(number, "big")


class _Helper(Generic[T, R]):
    """A process that works through the queue, and leaves results in a file without a name."""

    def __init__(
        self, function: Callable[[T], R], chunks: Sequence[Sequence[T]], queue: int
    ) -> None:
        # Slow to load, and small projects need neither.
        import pickle  # noqa: PLC0415
        import tempfile  # noqa: PLC0415

        self._pickle = pickle
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `end`)
        self._pid = os.fork()
        if self._pid == 0:
            try:
                gc.disable()
                for number in _numbers(queue):
                    results = [function(item) for item in chunks[number]]
                    self._file.write(pickle.dumps((number, results), pickle.HIGHEST_PROTOCOL))
                self._file.flush()
            finally:
                os._exit(0)

    def results(self) -> Iterator[tuple[int, list[R]]]:
        """The results of each chunk by its number, as far as the process came."""
        os.waitpid(self._pid, 0)
        self._pid = 0
        self._file.seek(0)
        with suppress(EOFError, self._pickle.UnpicklingError):
            while True:
                yield self._pickle.load(self._file)

    def end(self) -> None:
        """Stop the process, if it still runs."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        self._file.close()
