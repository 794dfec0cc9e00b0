"""Print results and messages, and end a command: with an exit code, or on a signal."""

import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

import click

from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, replace_file
from mkdocs_plantrace.parsing.mkdocs_yml import UnusableConfigurationError
from mkdocs_plantrace.project.git import GitError
from mkdocs_plantrace.project.workspace import MisplacedError
from mkdocs_plantrace.utils.terminal import visible
from mkdocs_plantrace.utils.text_file import UnusableFileError

FAILED = 1
_UNUSABLE = 2


class UnknownNameError(Exception):
    """An argument names something that the project does not have."""


COMMAND_ERRORS = (
    GitError,
    MisplacedError,
    UnusableConfigurationError,
    UnusableFileError,
    UnknownNameError,
    UnwritableFileError,
)
"""Exceptions that end a command; their messages are for its user."""

_COLORS = {"error": "red", "warning": "yellow", "margin": "blue", "mark": "red", "hint": "cyan"}
_BOLD = ("place", "error", "warning", "rule")


def colorize(role: str, text: str) -> str:
    """Add the color of a role, as the reports name roles."""
    return click.style(text, fg=_COLORS.get(role), bold=role in _BOLD or None)


def _is_color_enabled() -> bool:
    """Whether the environment (no-color.org) or a terminal asks for colors."""
    if os.environ.get("NO_COLOR"):
        return False
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return bool(os.environ.get("FORCE_COLOR")) or is_terminal


def print_text(text: str, *, is_colored: bool = False) -> None:
    """Print in UTF-8, which the report formats require; colors only if enabled.

    On a terminal, control characters of a text without colors are replaced.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    if not is_colored and sys.stdout is not None and sys.stdout.isatty():
        text = "\n".join(map(visible, text.split("\n")))
    try:
        click.echo(text, nl=False, color=is_colored and _is_color_enabled())
    except BrokenPipeError:
        raise  # click ends without a message
    except OSError as error:
        exit_with_error(f"the output cannot be written: {error.strerror}")


def print_or_write(parts: Iterable[str], output: Path | None) -> None:
    if output is not None:
        replace_file(output, parts)
        return
    for part in parts:
        print_text(part)


def print_message(message: str) -> None:
    """Print to standard error, without control characters."""
    if sys.stdout is not None:
        sys.stdout.flush()
    for line in message.splitlines():
        printable = "".join(char if char.isprintable() else "\ufffd" for char in line)
        click.echo(f"plantrace: {printable}", err=True)


def exit_with_error(message: str) -> NoReturn:
    """End the command because it or its configuration is wrong."""
    print_message(message)
    sys.exit(_UNUSABLE)


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
                stack.callback(signal.signal, number, signal.signal(number, _stop))
        yield


def _stop(number: int, _frame: object) -> None:
    raise StoppedError(128 + number)
