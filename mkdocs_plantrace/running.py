"""Runs a command as if nothing stood between it and the user, and keeps the end of its output.

On a terminal the command gets a terminal of its own, otherwise pipes. Nothing but the standard
library is loaded here, because the command waits for it.
"""

from __future__ import annotations

import errno
import os
import select
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any, NamedTuple, NoReturn

try:
    import fcntl
    import termios
    import tty
except ImportError:  # Windows has no terminals of this kind
    CAN_RUN = False
else:
    CAN_RUN = True

NOT_EXECUTABLE, NOT_FOUND = 126, 127
"""Exit codes of a command that could not be started, as shells give them."""
_BY_SIGNAL = 128
_KEPT = 256 * 1024
_CHUNK = 64 * 1024
_GRACE_IN_MILLISECONDS = 50
"""How long output may stay silent once the command has ended and something still holds it open."""
_PATIENCE_IN_SECONDS = 0.2
_MOST_LEFT = 100
"""Chunks that are shown then, so that what runs on in the background cannot keep us."""
_STDIN, _STDOUT, _STDERR = 0, 1, 2
_OUTPUT_MODE, _LOCAL_MODE, _CONTROL_KEYS = 1, 3, 6
"""Where they stand in what `termios.tcgetattr` gives."""
_TO_ALL = frozenset({"SIGINT", "SIGQUIT", "SIGHUP"})
"""What a terminal sends to everything that runs in it."""
_KEYS = frozenset({"SIGINT", "SIGQUIT"})
_PASSED_ON = ("SIGINT", "SIGQUIT", "SIGHUP", "SIGTERM", "SIGUSR1", "SIGUSR2")


class Ending(NamedTuple):
    """How a command ended: its exit code as a shell tells it, and the last of its output.

    `signal` is that which killed it. `refusal` says why it could not be started at all.
    """

    code: int
    signal: int | None = None
    output: bytes = b""
    refusal: str | None = None


class Tail:
    """The last bytes of what passes, in bounded memory."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._chunks: deque[bytes] = deque()
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Take what has passed last."""
        self._chunks.append(chunk)
        self._size += len(chunk)
        while self._size - len(self._chunks[0]) >= self._most:
            self._size -= len(self._chunks.popleft())

    @property
    def content(self) -> bytes:
        """What is left."""
        return b"".join(self._chunks)[-self._most :]


def run(command: Sequence[str]) -> Ending:
    """Run a command to its end; its output is shown as it comes, byte for byte.

    Signals that would end this process are passed on to the command instead.
    """
    with ExitStack() as stack:
        _fill_standard_streams()
        wires = _Terminal() if os.isatty(_STDOUT) else _Pipes()
        stack.callback(wires.close)
        wake = _wakeups(stack)
        _pass_signals_on(stack, wires)
        try:
            wires.start(command)
        except OSError as error:
            return _refusal(command, error)
        return _Relay(wires, wake).go()


def end_like(ending: Ending) -> NoReturn:
    """End this process as the command ended, at once: its user waits, and nothing is left to do."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    if ending.signal:
        _die_of(ending.signal)
    os._exit(ending.code)


def _die_of(number: int) -> None:
    """End this process by a signal, without a core dump of our own."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 (of no use before)

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    with suppress(OSError, ValueError):  # SIGKILL needs no handler to be taken away
        signal.signal(number, signal.SIG_DFL)
    with suppress(OSError):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
        os.kill(os.getpid(), number)


def _refusal(command: Sequence[str], error: OSError) -> Ending:
    """Why the command could not be started; `error` may also come from the interpreter it names."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        is_there = "/" in command[0] and os.path.exists(command[0])
        reason = "its interpreter is missing" if is_there else "command not found"
        code = NOT_EXECUTABLE if is_there else NOT_FOUND
    else:
        code, reason = NOT_EXECUTABLE, error.strerror or "cannot be run"
    return Ending(code=code, refusal=f"{command[0]}: {reason}")


class _Wires:
    """What stands between the command and the user.

    `outputs` maps what is read to where it goes, `inputs` what the user types to the command.
    """

    is_terminal = False
    keyboard = -1
    """Where the user types, as far as that is to be relayed."""

    def __init__(self) -> None:
        self._theirs: list[int] = []
        self.outputs: dict[int, int] = {}
        self.inputs: dict[int, int] = {}
        self.child: subprocess.Popen[bytes] | None = None
        self.early: list[int] = []
        """Signals that came before the command had started."""

    def start(self, command: Sequence[str]) -> None:
        """Start the command. Raises OSError."""
        raise NotImplementedError

    def stop_key(self) -> bytes | None:
        """The key by which the user asks us to suspend the command."""
        return None

    def suspend(self) -> None:
        """Give the user's terminal back for a while."""

    def resume(self) -> None:
        """Take the user's terminal again, which may have another size now."""

    def hang_up(self, end: int) -> None:
        """Read no more from here: what the command still says meets nobody, as without us."""
        del self.outputs[end]
        self.inputs = {source: to for source, to in self.inputs.items() if to != end}
        os.close(end)

    def close(self) -> None:
        """Let go of everything."""
        self.suspend()
        for end in tuple(self.outputs):
            self.hang_up(end)
        if self.keyboard > _STDERR:
            os.close(self.keyboard)

    def _start(self, command: Sequence[str], streams: dict[str, Any], **options: Any) -> None:
        try:
            # What the caller holds open belongs to the command as well, such as `<(…)` of a shell.
            self.child = subprocess.Popen(  # noqa: S603 (its purpose)
                command, **streams, **options, close_fds=False, env=_environment()
            )
        finally:
            for end in self._theirs:
                os.close(end)
            self._theirs.clear()
        for number in self.early:
            _pass_on(self, number)

    def _pipe(self, target: int) -> int:
        ours, theirs = os.pipe()
        self._theirs.append(theirs)
        self.outputs[ours] = target
        return theirs


class _Pipes(_Wires):
    """A pipe for output and one for errors; a single one if both go to the same place."""

    def start(self, command: Sequence[str]) -> None:
        output = self._pipe(_STDOUT)
        errors = output if _same_file(_STDOUT, _STDERR) else self._pipe(_STDERR)
        self._start(command, {"stdout": output, "stderr": errors})


class _Terminal(_Wires):
    """A terminal for the command, like the user's, which only passes bytes meanwhile."""

    is_terminal = True

    def __init__(self) -> None:
        super().__init__()
        self.keyboard = _STDIN if os.isatty(_STDIN) else _open_terminal()
        self._is_typed = self.keyboard >= 0 and _is_foreground(self.keyboard)
        self._saved = termios.tcgetattr(self.keyboard if self._is_typed else _STDOUT)
        self._is_raw = False
        self._ours = -1

    def start(self, command: Sequence[str]) -> None:
        self._ours, theirs = os.openpty()
        self._theirs.append(theirs)
        self.outputs[self._ours] = _STDOUT
        self._copy_mode(theirs)
        errors = theirs if os.isatty(_STDERR) else self._pipe(_STDERR)
        if self._is_typed:
            self.inputs[self.keyboard] = self._ours
            os.set_blocking(self._ours, False)
        self.resume()
        self._start(
            command,
            {"stdin": theirs if os.isatty(_STDIN) else None, "stdout": theirs, "stderr": errors},
            start_new_session=True,
            preexec_fn=partial(_take_terminal, theirs),
        )

    def stop_key(self) -> bytes | None:
        """Ctrl-Z where the system would do nothing: it stops no session that has no shell."""
        try:
            mode = termios.tcgetattr(self._ours)
            group = os.tcgetpgrp(self._ours)
        except (OSError, termios.error):
            return None
        is_alone = self.child is not None and group == self.child.pid
        is_a_key = bool(mode[_LOCAL_MODE] & termios.ISIG)
        key: bytes = mode[_CONTROL_KEYS][termios.VSUSP]
        return key if is_alone and is_a_key and key != b"\0" else None

    def suspend(self) -> None:
        if self._is_raw:
            self._is_raw = False
            with suppress(termios.error):
                termios.tcsetattr(self.keyboard, termios.TCSADRAIN, self._saved)

    def resume(self) -> None:
        """Let every key reach the command's terminal, which knows what it means.

        Ctrl-C is left to the user's where others in a pipeline want it, too.
        """
        if self._is_typed and not self._is_raw and _is_foreground(self.keyboard):
            self._is_raw = True
            give = tty.setraw if self.keyboard == _STDIN else tty.setcbreak
            with suppress(termios.error):
                give(self.keyboard, termios.TCSADRAIN)
        with suppress(OSError):
            size = fcntl.ioctl(_STDOUT, termios.TIOCGWINSZ, bytes(8))
            fcntl.ioctl(self._ours, termios.TIOCSWINSZ, size)

    def _copy_mode(self, theirs: int) -> None:
        mode = [*self._saved]
        is_raw = self._is_typed and self.keyboard == _STDIN
        if not is_raw:  # then the user's terminal adds carriage returns itself
            mode[_OUTPUT_MODE] &= ~termios.OPOST
        with suppress(termios.error):
            termios.tcsetattr(theirs, termios.TCSANOW, mode)


def _take_terminal(terminal: int) -> None:
    """Make it the one whose Ctrl-C reaches this process; it runs in the child."""
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


class _Relay:
    """Carries bytes to and fro until the command has ended and all it said has been shown."""

    def __init__(self, wires: _Wires, wake: int) -> None:
        self._wires = wires
        self._wake = wake
        self._tail = Tail()
        self._typed = b""
        self._lost = False

    def go(self) -> Ending:
        """Relay until the end."""
        child = self._wires.child
        if child is None:
            raise ValueError("the command has not been started")
        while child.poll() is None:
            self._carry(None)
        left = _MOST_LEFT
        while self._wires.outputs and left > 0 and self._carry(_GRACE_IN_MILLISECONDS):
            left -= 1
        status = child.returncode
        code = status if status >= 0 else _BY_SIGNAL - status
        return Ending(
            code=code or int(self._lost),  # a full disk, which the command could not see
            signal=-status if status < 0 else None,
            output=self._tail.content,
        )

    def _carry(self, patience: int | None) -> bool:
        """Wait until something comes, and pass it on; whether anything came in time."""
        watched = select.poll()
        watched.register(self._wake, select.POLLIN)
        for end in self._wires.outputs:
            watched.register(end, select.POLLIN)
        for source, target in self._wires.inputs.items():
            if self._typed:
                watched.register(target, select.POLLIN | select.POLLOUT)
            else:
                watched.register(source, select.POLLIN)
        ready = watched.poll(patience)
        for end, events in ready:
            self._pass(end, events)
        return any(end != self._wake for end, _ in ready)

    def _pass(self, end: int, events: int) -> None:
        if end == self._wake:
            with suppress(BlockingIOError):
                os.read(end, _CHUNK)
        elif end in self._wires.inputs:
            with suppress(OSError):
                self._typed = os.read(end, _CHUNK)
            if not self._typed:
                del self._wires.inputs[end]
            elif (key := self._wires.stop_key()) and key in self._typed:
                self._typed = b""
                _stop(self._wires)
        if self._typed:
            self._type()
        if end in self._wires.outputs and events & ~select.POLLOUT:
            self._show(end)

    def _type(self) -> None:
        for target in self._wires.inputs.values():
            with suppress(OSError):
                self._typed = self._typed[os.write(target, self._typed) :]

    def _show(self, end: int) -> None:
        try:
            chunk = os.read(end, _CHUNK)
        except BlockingIOError:
            return
        except OSError:  # how a terminal tells that nobody writes to it any more
            chunk = b""
        self._tail.add(chunk)
        if not chunk or not self._write(self._wires.outputs[end], chunk):
            self._wires.hang_up(end)

    def _write(self, target: int, chunk: bytes) -> bool:
        """Write everything, however long it takes; False if nobody reads it any more."""
        rest = memoryview(chunk)
        while rest:
            if not select.select([], [target], [], _PATIENCE_IN_SECONDS)[1]:
                if self._is_over():
                    return False
                continue
            try:  # no more than cannot block
                rest = rest[os.write(target, rest[: select.PIPE_BUF]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                self._lost = self._lost or error.errno not in (errno.EPIPE, errno.EIO)
                return False
        return True

    def _is_over(self) -> bool:
        """Whether the command was ended by a signal, so that nobody waits for its words."""
        child = self._wires.child
        return child is not None and (child.poll() or 0) < 0


def _wakeups(stack: ExitStack) -> int:
    """What becomes readable whenever a signal comes, the end of the command among them."""
    ours, theirs = os.pipe()
    for end in (ours, theirs):
        os.set_blocking(end, False)
        stack.callback(os.close, end)
    stack.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(theirs, warn_on_full_buffer=False))
    stack.enter_context(_handling(signal.SIGCHLD, lambda *_: None))
    return ours


def _pass_signals_on(stack: ExitStack, wires: _Wires) -> None:
    for name in _PASSED_ON:
        number = getattr(signal, name)
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup; the command knows, too
            stack.enter_context(_handling(number, partial(_pass_on, wires)))
    if wires.is_terminal:
        stack.enter_context(_handling(signal.SIGWINCH, lambda *_: wires.resume()))
        stack.enter_context(_handling(signal.SIGCONT, lambda *_: _go_on(wires)))
        stack.enter_context(_handling(signal.SIGTSTP, lambda *_: _stop(wires)))


def _pass_on(wires: _Wires, number: int, _frame: object = None) -> None:
    """Send a signal to the command, unless the terminal has sent it there as well."""
    name = signal.Signals(number).name
    if wires.child is None:
        wires.early.append(number)
        return
    if wires.is_terminal and name in _TO_ALL:
        _signal_all(wires, number)
    elif name not in _KEYS or not _has_terminal():
        with suppress(OSError):
            wires.child.send_signal(number)


def _stop(wires: _Wires) -> None:
    _signal_all(wires, signal.SIGSTOP)
    wires.suspend()
    os.kill(os.getpid(), signal.SIGSTOP)


def _go_on(wires: _Wires) -> None:
    wires.resume()
    _signal_all(wires, signal.SIGCONT)


def _signal_all(wires: _Wires, number: int) -> None:
    if wires.child is not None:
        with suppress(OSError):
            os.killpg(wires.child.pid, number)


def _has_terminal() -> bool:
    """Whether a terminal sends its signals to this process and those that it started."""
    terminal = _open_terminal()
    if terminal < 0:
        return False
    try:
        return _is_foreground(terminal)
    finally:
        os.close(terminal)


def _open_terminal() -> int:
    """The terminal that this process belongs to; -1 if to none."""
    try:
        return os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return -1


def _is_foreground(terminal: int) -> bool:
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False


@contextmanager
def _handling(number: int, handler: Callable[..., object]) -> Iterator[None]:
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before if before is not None else signal.SIG_DFL)


def _fill_standard_streams() -> None:
    """Open what the caller has closed, so that no pipe of ours takes its number."""
    while (end := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        pass
    os.close(end)


def _environment() -> dict[bytes, bytes] | None:
    """The variables as the caller gave them: Python sets LC_CTYPE where none is (PEP 538)."""
    try:
        with open("/proc/self/environ", "rb") as stream:
            given = stream.read().split(b"\0")
    except OSError:
        return None
    if any(entry.startswith(b"LC_CTYPE=") for entry in given):
        return None
    return {name: value for name, value in os.environb.items() if name != b"LC_CTYPE"}


def _same_file(one: int, other: int) -> bool:
    first, second = os.fstat(one), os.fstat(other)
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)
