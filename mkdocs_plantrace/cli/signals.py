"""End a command on a signal: with its clean-up, and the exit code of shells."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
_DEFAULTS = (signal.SIG_DFL, signal.default_int_handler)


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Raise SystemExit on Ctrl-C and on requests to end, unless they are ignored."""
    is_main = threading.current_thread() is threading.main_thread()
    with ExitStack() as stack:
        for name in _ENDING if is_main else ():
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) in _DEFAULTS:
                stack.callback(signal.signal, number, signal.signal(number, _exit))
        yield


def _exit(number: int, _frame: object) -> None:
    sys.exit(128 + number)
