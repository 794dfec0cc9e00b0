"""End a command on a signal: with its clean-up, and the exit code of shells."""

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
_DEFAULTS = (signal.SIG_DFL, signal.default_int_handler)


class StoppedError(SystemExit):
    """A signal that ends the command after its clean-up."""


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Raise StoppedError on Ctrl-C and on requests to end, unless they are ignored."""
    is_main = threading.current_thread() is threading.main_thread()
    with ExitStack() as stack:
        for name in _ENDING if is_main else ():
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) in _DEFAULTS:
                stack.callback(signal.signal, number, signal.signal(number, _exit))
        yield


def _exit(number: int, _frame: object) -> None:
    raise StoppedError(128 + number)
