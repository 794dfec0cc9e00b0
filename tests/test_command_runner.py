"""Commands run as if nothing stood between them and the user."""

from __future__ import annotations

import os
import select
import signal
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pty = pytest.importorskip("pty")
fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")

PROGRAM = textwrap.dedent(
    """
    import sys
    from mkdocs_plantrace.utils.command_runner import exit_like, run_command
    result = run_command(sys.argv[2:])
    with open(sys.argv[1], "w") as stream:
        print(result.output[-4000:], result.signal, result.start_error, file=stream)
        if sys.platform == "linux":
            print(open("/proc/self/status").read().split("VmHWM:")[1].split()[0], file=stream)
    exit_like(result)
    """
)
PYTHON = sys.executable
PATIENCE = 60


@pytest.fixture
def relay(tmp_path):
    return [PYTHON, "-c", PROGRAM, str(tmp_path / "ending")]


@pytest.fixture
def ending(tmp_path):
    return (tmp_path / "ending").read_text


def piped(relay, *command, **options):
    return subprocess.run([*relay, *command], capture_output=True, check=False, **options)


class Terminal:
    """A user at a terminal."""

    def __init__(self, command, **options):
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.before = termios.tcgetattr(theirs)
        self.theirs = theirs
        streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs, **options}
        self.process = subprocess.Popen(
            command,
            **streams,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(theirs, termios.TIOCSCTTY, 0),  # noqa: PLW1509 (no threads)
        )
        self.said = b""

    def expect(self, words):
        while words not in self.said:
            assert select.select([self.ours], [], [], PATIENCE)[0], self.said
            self.said += os.read(self.ours, 65536)

    def type(self, keys):
        os.write(self.ours, keys)

    def end(self):
        code = self.process.wait(PATIENCE)
        while select.select([self.ours], [], [], 0.05)[0]:
            self.said += os.read(self.ours, 65536)
        after = termios.tcgetattr(self.theirs)
        os.close(self.ours)
        os.close(self.theirs)
        assert after == self.before
        return code


@pytest.mark.parametrize("code", [0, 1, 3, 255])
def test_pipes_keep_streams_and_code(relay, code):
    ended = piped(relay, "sh", "-c", f"echo out; echo err >&2; exit {code}")
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, b"out\n", b"err\n")


def test_one_pipe_keeps_the_order(relay):
    script = "for i in 1 2 3 4 5 6 7 8 9; do echo o$i; echo e$i >&2; done"
    ended = subprocess.run(
        [*relay, "sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    assert ended.stdout == "".join(f"o{i}\ne{i}\n" for i in range(1, 10)).encode()


def test_bytes_pass_as_they_are(relay, ending):
    every = bytes(range(256)) * 1000
    assert piped(relay, "cat", input=every).stdout == every
    assert "None None" in ending()


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_much_output_takes_little_memory(relay, ending):
    with subprocess.Popen([*relay, "head", "-c", "200000000", "/dev/zero"], stdout=-1) as process:
        size = 0
        while chunk := process.stdout.read(1 << 20):
            size += len(chunk)
    assert (size, process.returncode) == (200_000_000, 0)
    assert int(ending().split()[-1]) < 60_000  # KiB


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGINT])
def test_a_command_that_is_killed(relay, ending, number):
    ended = piped(relay, "sh", "-c", f"echo last; kill -{int(number)} $$")
    assert (ended.returncode, ended.stdout) == (-number, b"last\n")
    assert f"{int(number)} None" in ending()


@pytest.mark.parametrize("name", ["TERM", "HUP", "INT", "USR1"])
def test_signals_reach_the_command(relay, name):
    script = f"trap 'echo got; exit 9' {name}; echo ready; while :; do sleep 0.05; done"
    number = getattr(signal, f"SIG{name}")
    with subprocess.Popen(
        [*relay, "sh", "-c", script], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.stdout.read() == b"got\n"
    assert process.returncode == 9


def test_what_runs_on_in_the_background_does_not_keep_us(relay):
    ended = piped(relay, "sh", "-c", "sleep 600 & echo $!", timeout=PATIENCE)
    os.kill(int(ended.stdout), signal.SIGTERM)  # it still runs


def test_what_runs_on_in_the_background_of_a_terminal_does_not_keep_us(relay):
    user = Terminal([*relay, "sh", "-c", "trap '' HUP; sleep 600 & echo $!"])
    assert user.end() == 0
    os.kill(int(user.said), signal.SIGTERM)


def test_a_reader_that_has_seen_enough_ends_the_command(relay):
    with subprocess.Popen([*relay, "yes"], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"y\n"
        process.stdout.close()
    assert process.returncode == -signal.SIGPIPE


def test_what_cannot_be_started(relay, ending, tmp_path):
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    assert piped(relay, "no-such-command").returncode == 127
    assert "command not found" in ending()
    assert piped(relay, str(tmp_path)).returncode == 126
    assert piped(relay, str(script)).returncode == 126
    assert "interpreter is missing" in ending()


def test_closed_streams_do_no_harm(relay):
    quoted = subprocess.list2cmdline(["sh", "-c", "echo out; exit 4"])
    program = Path(relay[3]).with_name("program.py")
    program.write_text(PROGRAM)
    line = f"{PYTHON} {program} {relay[3]} {quoted} >&- 2>&- <&-"
    assert subprocess.run(line, shell=True, check=False).returncode == 4


def test_a_terminal_is_a_terminal(relay):
    script = (
        "test -t 0 && test -t 1 && test -t 2 && stty size && printf 'a\\tb\\033[31m\\n'; exit 6"
    )
    user = Terminal([*relay, "sh", "-c", script])
    assert user.end() == 6
    assert user.said == b"30 100\r\na\tb\x1b[31m\r\n"


def test_keys_reach_the_command(relay):
    user = Terminal([*relay, "sh", "-c", "echo ready; read -r x; echo got $x; cat; echo end"])
    user.expect(b"ready\r\n")
    user.type(b"hello\n")
    user.expect(b"got hello\r\n")
    user.type(b"\x04")
    user.expect(b"end\r\n")
    assert user.end() == 0


def test_control_c_reaches_the_command(relay, ending):
    user = Terminal([*relay, "sh", "-c", "echo ready; exec sleep 600"])
    user.expect(b"ready\r\n")
    user.type(b"\x03")
    assert user.end() == -signal.SIGINT
    assert " 2 None" in ending()


def test_control_c_reaches_a_command_in_a_pipeline_once(relay):
    script = "trap 'echo got >&2' INT; echo ready >&2; read -r x; read -r x; echo end >&2"
    user = Terminal([*relay, "sh", "-c", script], stdout=subprocess.PIPE)
    user.expect(b"ready\r\n")
    user.type(b"\x03")
    user.expect(b"got\r\n")
    user.type(b"a\nb\n")
    user.expect(b"end\r\n")
    user.process.stdout.close()
    assert user.end() == 0
    assert user.said.count(b"got") == 1


def test_control_z_is_a_key_to_a_command_that_takes_it(relay):
    script = "stty -isig -icanon; echo ready; head -c 1 | od -An -tx1; stty sane"
    user = Terminal([*relay, "sh", "-c", script])
    user.expect(b"ready\r\n")
    user.type(b"\x1a")
    user.expect(b"1a")
    assert user.end() == 0


def test_the_window_may_change(relay):
    script = "trap 'stty size; exit' WINCH; echo ready; while :; do sleep 0.05; done"
    user = Terminal([*relay, "sh", "-c", script])
    user.expect(b"ready\r\n")
    fcntl.ioctl(user.ours, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    user.expect(b"40 120\r\n")
    assert user.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_terminal_is_given_back_after_a_signal(relay, number):
    user = Terminal([*relay, "sh", "-c", "echo ready; exec sleep 600"])
    user.expect(b"ready\r\n")
    user.process.send_signal(number)
    assert user.end() == -number


def test_standard_input_may_be_a_file_at_a_terminal(relay):
    user = Terminal([*relay, "sh", "-c", "test -t 1 && cat"], stdin=subprocess.PIPE)
    user.process.stdin.write(b"from a pipe\n")
    user.process.stdin.close()
    assert user.end() == 0
    assert user.said == b"from a pipe\r\n"


def test_errors_may_go_elsewhere(relay):
    user = Terminal([*relay, "sh", "-c", "echo out; echo err >&2"], stderr=subprocess.PIPE)
    with user.process.stderr as errors:
        assert errors.read() == b"err\n"
    assert user.end() == 0
    assert user.said == b"out\r\n"


def test_what_the_caller_holds_open_is_the_commands_as_well(relay, tmp_path):
    quoted = subprocess.list2cmdline([*relay[:2], "PROGRAM", *relay[3:], "sh", "-c", "echo hi >&5"])
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    line = quoted.replace("-c PROGRAM", str(program), 1) + f" 5>{tmp_path / 'five'}"
    assert subprocess.run(line, shell=True, check=False).returncode == 0
    assert (tmp_path / "five").read_text() == "hi\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_no_success(relay):
    with open("/dev/full", "wb") as full:
        ended = subprocess.run([*relay, "sh", "-c", "echo hi"], stdout=full, check=False)
    assert ended.returncode == 1


def test_a_signal_ends_it_though_nobody_takes_the_output(relay):
    with subprocess.Popen([*relay, "yes"], stdout=subprocess.PIPE) as process:
        while waiting_in(process.stdout) < 60_000:  # until the pipe is full
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == -signal.SIGTERM


def waiting_in(pipe):
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


def test_keys_reach_a_command_whose_input_comes_from_elsewhere(relay):
    script = "echo ready; read -r x </dev/tty; read -r y; echo got $x and $y"
    user = Terminal([*relay, "sh", "-c", script], stdin=subprocess.PIPE)
    user.process.stdin.write(b"data\n")
    user.process.stdin.close()
    user.expect(b"ready\r\n")
    user.type(b"hello\n")
    user.expect(b"got hello and data\r\n")
    assert user.end() == 0
