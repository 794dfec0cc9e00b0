"""A fault at the n-th call of a process that changes a file or takes a lock.

The calls are those that Python audits, and `os.fsync`. A fault comes before its call, so that each
state between two calls is seen.
"""

import errno
import os
import re
import signal
import sys
from contextlib import suppress

with suppress(ImportError):  # Windows
    import resource

VARIABLE = "PLANTRACE_TEST_FAULT"
_MARK = "[fault at {}]\n"
"""What is written to standard error before a fault."""
_CHANGES = frozenset(
    "fcntl.flock os.chmod os.chown os.fsync os.link os.mkdir os.remove os.rename os.rmdir "
    "os.symlink os.truncate os.utime".split()
)
_NEEDS_SPACE = frozenset("open os.fsync os.link os.mkdir os.symlink".split())
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def arm(fault):
    """Wait for the call: `SIGKILL 3` is a signal, `EIO 3` an error, `ENOSPC 3+` a full disk.

    `LIMIT 50` refuses the bytes of a file after the 50th.
    """
    what, when = fault.split()
    if what == "LIMIT":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(when), int(when)))
        return
    first, lasts = int(when.rstrip("+")), when.endswith("+")
    real, calls = os.fsync, 0

    def on_event(event, arguments):
        nonlocal calls
        if not _is_change(event, arguments):
            return
        calls += 1
        if calls == first or (lasts and calls > first):
            os.write(2, _MARK.format(event).encode())
            if what == "ENOSPC" and event not in _NEEDS_SPACE:
                return
            if what.startswith("SIG"):
                os.kill(os.getpid(), getattr(signal, what))
            else:
                raise OSError(getattr(errno, what), os.strerror(getattr(errno, what)))

    def fsync(handle):
        sys.audit("os.fsync", handle)
        real(handle)

    os.fsync = fsync
    sys.addaudithook(on_event)


def split_fault(text):
    """The marks of the faults in a text, and the rest."""
    pattern = re.escape(_MARK).replace(r"\{\}", ".+")
    return "".join(re.findall(pattern, text)), re.sub(pattern, "", text)


def _is_change(event, arguments):
    if event != "open":
        return event in _CHANGES
    path, _, flags = arguments
    return isinstance(path, (str, bytes)) and bool(flags & _WRITING) and str(path) != os.devnull
