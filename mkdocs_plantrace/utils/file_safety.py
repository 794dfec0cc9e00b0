"""What protects files while they are written: signals that wait, locks, temporary files.

A lock ends with the process that holds it, such as the one that writes a temporary file. A
temporary file without a lock is abandoned: the next process that writes into the folder removes it.
"""

import os
import signal
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import IO

try:
    import fcntl
except ImportError:  # Windows
    HAS_LOCKS = False
else:
    HAS_LOCKS = True

_DEFERRED = ("SIGINT", "SIGTERM", "SIGHUP")
_PREFIX, _SUFFIX = ".plantrace-", ".tmp"


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


def lock(handle: int) -> bool:
    """Lock an open file or folder; False if its file system has no locks.

    Raises BlockingIOError if another process holds the lock.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # such as on some network file systems
        return False
    return True


def unlock(handle: int) -> None:
    """Release a lock before the handle is closed, of which a child may have a copy."""
    fcntl.flock(handle, fcntl.LOCK_UN)


def is_temporary(name: str) -> bool:
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)


@contextmanager
def create_temporary(folder: str | os.PathLike[str]) -> Iterator[tuple[IO[bytes], str]]:
    """Yield a new file and its path; remove it afterwards unless renamed. Raises OSError."""
    clean_folder(os.fspath(folder))
    stream, path = _create_locked(folder)
    try:
        yield stream, path
    finally:
        with suppress(OSError):  # a full disk is reported by the write before
            stream.close()
        with suppress(OSError):
            os.unlink(path)


def _create_locked(folder: str | os.PathLike[str]) -> tuple[IO[bytes], str]:
    while True:
        handle, path = tempfile.mkstemp(_SUFFIX, _PREFIX, folder)
        stream = os.fdopen(handle, "wb")
        if _is_ours(handle):
            return stream, path
        stream.close()


def _is_ours(handle: int) -> bool:
    """Lock a file that was just created; False if another process took it for abandoned."""
    if not HAS_LOCKS:
        return True
    try:
        return not lock(handle) or os.fstat(handle).st_nlink > 0
    except BlockingIOError:
        return False


@cache  # once in each folder: `plantrace pages` writes thousands of files into one
def clean_folder(folder: str) -> None:
    """Remove the temporary files in a folder that no process writes."""
    with suppress(OSError):  # a folder may be written to but not listed
        names = filter(is_temporary, os.listdir(folder))
        remove_abandoned(os.path.join(folder, name) for name in names)


def remove_abandoned(paths: Iterable[str]) -> None:
    """Remove temporary files that no process writes."""
    for path in paths if HAS_LOCKS else ():
        with suppress(OSError):  # it is in use, or belongs to another user
            _remove_unlocked(path)


def _remove_unlocked(path: str) -> None:
    handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if lock(handle):
            os.unlink(path)
    finally:
        os.close(handle)
