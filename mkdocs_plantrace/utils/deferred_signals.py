"""Keep signals waiting while a file is written."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_DEFERRED = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def defer_signals() -> Iterator[None]:
    """Let requests to end the process wait for the end of the block; never wait within it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    numbers = [getattr(signal, name) for name in _DEFERRED]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
