"""Run a command, pass its output through, and keep the end of it.

On a terminal the command gets a pseudo-terminal, otherwise pipes.
"""

import errno
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import NamedTuple, NoReturn

try:
    import fcntl
    import pty
    import resource
    import termios
    import tty
except ImportError:  # Windows
    CAN_RUN = False
else:
    CAN_RUN = True

_STDIN, _STDOUT, _STDERR = 0, 1, 2
_MAX_KEPT = 256 * 1024
_MAX_READ = 64 * 1024
_PAUSE = 0.1
"""Seconds without output after which an ended command is complete, even if a pipe is open."""
_MAX_READS_AFTER_END = 100
"""A limit for background processes that still write."""
_FORWARDED = ("SIGINT", "SIGQUIT", "SIGHUP", "SIGTERM", "SIGUSR1", "SIGUSR2")
_OF_KEYS = (signal.SIGINT, getattr(signal, "SIGQUIT", None))


class CommandResult(NamedTuple):
    """The result of a command.

    `code` is its exit code as in a shell, `signal` the signal that killed it, `output` the last
    256 KiB of both streams, and `start_error` the reason why it could not be started.
    """

    code: int
    signal: int | None = None
    output: bytes = b""
    start_error: str | None = None


def run_command(command: Sequence[str]) -> CommandResult:
    """Run a command to its end. Signals to this process are forwarded to it."""
    while (end := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        pass  # the caller may have closed a standard stream: no pipe may get its number
    os.close(end)
    with ExitStack() as stack:
        relay = _Relay(stack)
        try:
            relay.start(command)
        except OSError as error:
            return _start_failure(command[0], error)
        return relay.finish()


def exit_like(result: CommandResult) -> NoReturn:
    """End this process as the command ended."""
    if result.signal:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the command has dumped its own core
        with suppress(OSError, ValueError):  # SIGKILL has no handler
            signal.signal(result.signal, signal.SIG_DFL)
        os.kill(os.getpid(), result.signal)
    sys.exit(result.code)


def _start_failure(name: str, error: OSError) -> CommandResult:
    """A failed start, with the exit code of shells: 127 not found, 126 not executable."""
    if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return CommandResult(126, start_error=f"{name}: {error.strerror}")
    if "/" in name and os.path.exists(name):
        return CommandResult(126, start_error=f"{name}: its interpreter is missing")
    return CommandResult(127, start_error=f"{name}: command not found")


class _Relay:
    """Passes output, keys and signals between a command and its user."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._process: subprocess.Popen[bytes]
        self._tail = bytearray()
        self._is_lost = False
        self._is_typed = os.isatty(_STDOUT) and os.isatty(_STDIN) and _is_in_foreground()
        self._terminal = -1
        self._targets: dict[int, int] = {}
        """The descriptors of the command's output, each with the one to which it is copied."""

    def start(self, command: Sequence[str]) -> None:
        """Start the command. Raises OSError."""
        is_terminal = os.isatty(_STDOUT)
        output = self._open_terminal() if is_terminal else self._open_pipe(_STDOUT)
        is_shared = os.path.sameopenfile(_STDOUT, _STDERR) or (is_terminal and os.isatty(_STDERR))
        errors = output if is_shared else self._open_pipe(_STDERR)
        self._process = subprocess.Popen(  # noqa: S603 (its purpose)
            command,
            stdin=output if self._is_typed else None,
            stdout=output,
            stderr=errors,
            close_fds=False,  # a shell passes such as `<(…)`
            start_new_session=self._is_typed,
            preexec_fn=_take_terminal if self._is_typed else None,  # noqa: PLW1509 (no threads)
        )
        for end in {output, errors}:
            os.close(end)
        for name in _FORWARDED:
            if signal.getsignal(number := getattr(signal, name)) is not signal.SIG_IGN:
                self._handle(number, self._forward)
        if self._is_typed:  # all keys are passed on: the command's terminal handles Ctrl-C
            self._stack.callback(_set_modes, termios.tcgetattr(_STDIN))
            tty.setraw(_STDIN, termios.TCSADRAIN)

    def finish(self) -> CommandResult:
        """Pass the output on until it ends, or pauses after the end of the command."""
        keys = b""
        reads_left = _MAX_READS_AFTER_END
        while self._targets and reads_left:
            has_ended = self._process.poll() is not None
            is_typed = self._is_typed and self._terminal in self._targets
            sources = [*self._targets, *([_STDIN] if is_typed and not keys else [])]
            to_type = [self._terminal] if is_typed and keys else []
            readable, writable, _ = select.select(sources, to_type, [], _PAUSE)
            with suppress(OSError):
                if writable:
                    keys = keys[os.write(self._terminal, keys) :]
                if _STDIN in readable:
                    keys = os.read(_STDIN, _MAX_READ)
                    self._is_typed = bool(keys)
            for source in self._targets.keys() & readable:
                self._show(source)
            reads_left -= has_ended
            if has_ended and not readable:
                break
        status = self._process.wait()
        code = 128 - status if status < 0 else status or int(self._is_lost)
        return CommandResult(code, signal=max(0, -status) or None, output=bytes(self._tail))

    def _open_pipe(self, target: int) -> int:
        ours, theirs = os.pipe()
        self._targets[ours] = target
        return theirs

    def _open_terminal(self) -> int:
        """Open a pseudo-terminal with the modes and the size of the user's."""
        self._terminal, theirs = pty.openpty()
        self._targets[self._terminal] = _STDOUT
        os.set_blocking(self._terminal, False)
        modes = termios.tcgetattr(_STDOUT)
        if not self._is_typed:
            modes[tty.OFLAG] &= ~termios.OPOST  # the user's terminal adds carriage returns itself
        termios.tcsetattr(theirs, termios.TCSANOW, modes)
        self._copy_size()
        self._handle(signal.SIGWINCH, self._copy_size)
        return theirs

    def _handle(self, number: int, handler: Callable[..., None]) -> None:
        self._stack.callback(signal.signal, number, signal.signal(number, handler))

    def _copy_size(self, *_: object) -> None:
        termios.tcsetwinsize(self._terminal, termios.tcgetwinsize(_STDOUT))

    def _forward(self, number: int, _frame: object) -> None:
        """Send a signal to the command, unless the terminal has already sent it."""
        if self._is_typed or number not in _OF_KEYS or not _is_in_foreground():
            with suppress(OSError):
                self._process.send_signal(number)

    def _show(self, source: int) -> None:
        """Pass output on, or close it so that the command gets SIGPIPE."""
        try:
            chunk = os.read(source, _MAX_READ)
            self._tail += chunk
            del self._tail[:-_MAX_KEPT]
            if chunk and self._write(self._targets[source], chunk):
                return
        except BlockingIOError:
            return
        except OSError as error:  # EIO is how a terminal ends
            self._is_lost |= error.errno not in (errno.EPIPE, errno.EIO)
        del self._targets[source]
        os.close(source)

    def _write(self, target: int, chunk: bytes) -> bool:
        """Write all of a chunk, unless the command is killed while nobody reads."""
        rest = memoryview(chunk)
        while rest:
            if select.select([], [target], [], _PAUSE)[1]:
                with suppress(BlockingIOError):
                    rest = rest[os.write(target, rest[: select.PIPE_BUF]) :]
            elif (self._process.poll() or 0) < 0:
                return False
        return True


def _take_terminal() -> None:
    """Make standard input the controlling terminal, in the child process."""
    fcntl.ioctl(_STDIN, termios.TIOCSCTTY, 0)


def _set_modes(modes: list[int | list[bytes | int]]) -> None:
    with suppress(termios.error):  # the terminal may be gone
        termios.tcsetattr(_STDIN, termios.TCSADRAIN, modes)


def _is_in_foreground() -> bool:
    """Whether the terminal sends signals such as Ctrl-C to this process."""
    with suppress(OSError), open("/dev/tty", "rb", buffering=0) as terminal:
        return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    return False
