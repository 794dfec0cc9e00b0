"""A command in a fork of a process that has imported it: starting Python takes most of a run.

Started as a program, this module is that process, for `plantrace` or `mkdocs`: it reads requests
from a socket, runs each command in a fork, and answers with the exit codes. The functions without
an underscore send requests.
"""

import atexit
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

import write_faults


def run(command, arguments, cwd, stdin, environment, prefix=()):
    """The process as it ended, with its output as bytes; `prefix` starts the process that forks."""
    (code,), output, errors = run_at_once(command, [arguments], cwd, stdin, environment, prefix)
    return subprocess.CompletedProcess(arguments, code, output, errors)


def run_at_once(command, runs, cwd, stdin, environment, prefix=()):
    """The exit codes of processes that run at the same time, and the output of all of them."""
    pipes = os.pipe(), os.pipe()
    with tempfile.TemporaryFile() as given, ThreadPoolExecutor() as readers:
        given.write(stdin)
        given.seek(0)
        files = [given.fileno(), *(writer for _, writer in pipes)]
        server = _send(command, runs, cwd, environment, files, prefix)
        for _, writer in pipes:
            os.close(writer)
        output, errors = readers.map(_read, [reader for reader, _ in pipes])
        return _receive(server, len(runs)), output, errors


def run_on_terminal(command, arguments, cwd, environment):
    """What a process writes to a terminal, which is its input as well."""
    ours, theirs = os.openpty()
    server = _send(command, [arguments], cwd, environment, [theirs] * 3)
    os.close(theirs)
    output = _read(ours)
    _receive(server, 1)
    return output


def _send(command, runs, cwd, environment, files, prefix=()):
    commands = [[str(command), *map(str, arguments)] for arguments in runs]
    request = pickle.dumps((commands, str(cwd), environment))
    server = _connect(Path(command).name, *prefix)
    socket.send_fds(server, [struct.pack("i", len(request))], files)
    server.sendall(request)
    return server


def _receive(server, number):
    codes = struct.Struct(f"{number}i")
    return codes.unpack(server.recv(codes.size, socket.MSG_WAITALL))


def _read(file):
    parts = []
    with open(file, "rb", buffering=0) as stream, suppress(OSError):  # where a terminal ends
        while part := stream.read(65536):
            parts.append(part)
    return b"".join(parts)


@cache
def _connect(program, *prefix):
    ours, theirs = socket.socketpair()
    command = [*prefix, sys.executable, __file__, program, str(theirs.fileno())]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
    theirs.close()
    atexit.register(process.kill)
    return ours


def _import_plantrace():
    commands = import_module("mkdocs_plantrace.cli")
    for name in commands._COMMANDS:  # noqa: SLF001 (so that a fork need not import them)
        commands.main.get_command(None, name)
    import_module("jsonschema")
    return commands.main


def _import_mkdocs():
    for name in ("mkdocs.commands.build", "mkdocs.contrib.search", "mkdocs_plantrace.plugin"):
        import_module(name)
    import_module("jsonschema")
    return import_module("mkdocs.__main__").cli


_IMPORTS = {"plantrace": _import_plantrace, "mkdocs": _import_mkdocs}
"""How each command is imported, with all that a run would import."""


def _serve(main, server):
    while True:
        head, files, _, _ = socket.recv_fds(server, 4, 3)
        if not head:
            return
        request = pickle.loads(server.recv(struct.unpack("i", head)[0], socket.MSG_WAITALL))  # noqa: S301 (our own)
        runs, *rest = request
        children = [os.fork() or _become(main, files, run, *rest) for run in runs]
        for file in files:
            os.close(file)
        codes = (os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)
        server.sendall(struct.pack(f"{len(runs)}i", *codes))


def _become(main, files, arguments, cwd, environment):
    """Run the command and end as Python would."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(cwd)
        for number, file in enumerate(files):
            os.dup2(file, number)
        sys.stdin, sys.stdout, sys.stderr = (
            open(number, mode, closefd=False)  # noqa: SIM115 (until the end of the process)
            for number, mode in enumerate("rww")
        )
        sys.stderr.reconfigure(errors="backslashreplace")
        sys.argv = arguments
        if fault := environment.get(write_faults.VARIABLE):
            write_faults.arm(fault)
        code = main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 (as at the top of a program)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        atexit._run_exitfuncs()  # noqa: SLF001 (which `os._exit` leaves out)
        os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    _serve(_IMPORTS[sys.argv[1]](), socket.socket(fileno=int(sys.argv[2])))
