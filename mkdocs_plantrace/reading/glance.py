"""Tells without reading a project that a command has certainly left no open entry in a log.

It knows the plainest spelling of mkdocs.yml and metadata only. Whatever is spelt in another way
is in doubt, and then the project is read.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Sequence

_DOUBTFUL = re.compile(r"INHERIT|!ENV|<<|\b(?:tasks|fields)[\"']?\s*:(?=\s)")
_ROOT = re.compile(r"\broot[\"']?\s*:[ \t]*([^\n]*)")
_PLAIN = re.compile(r"[\w./-]+")
_LOG = re.compile(r"(?m)^implementation_log:[ \t]*([^\n]*)$")
_COMMAND = re.compile(r"(?m)^(?:- Command: `|\$ )(?P<line>[^\n]*)")
_BLOCK = re.compile(r"(?ms)^(?:`{3,}|~{3,})[^\n]*\n(\$ [^\n]*\n)?.*?^(?:`{3,}|~{3,})[ \t\r]*$")
"""Code, of which only the command is of interest: the rest is output."""
_OUTCOME = re.compile(r"\r?\n- Outcome: \S|\r\n?#|\n#")


def may_be_open(configuration: str | os.PathLike[str], task: str, command: Sequence[str]) -> bool:
    """Whether the log of a task may hold an open entry that tells of this very command."""
    try:
        log = _find_log(configuration, task)
        return log is None or _has_open_entry(log, command)
    except (OSError, ValueError):
        return True


def _has_open_entry(log: str, command: Sequence[str]) -> bool:
    wanted = shlex.join(command)
    if not wanted.isprintable():  # it is written in another way
        return True
    text = _BLOCK.sub(r"\1", _read(log))
    for found in _COMMAND.finditer(text):
        line = _bare(found["line"])
        ends = _OUTCOME.search(text, found.end())
        is_closed = ends is not None and "Outcome" in ends[0]
        if (line == _bare(wanted) or "***" in line) and not is_closed:
            return True
    return False


def _bare(line: str) -> str:
    return " ".join(line.strip("` \r").split())


def _find_log(configuration: str | os.PathLike[str], task: str) -> str | None:
    """The log; None if there is doubt. Raises OSError or ValueError where something is amiss."""
    text = _read(configuration)
    roots = _ROOT.findall(text)
    if _DOUBTFUL.search(text) or len(roots) > 1:
        return None
    root = os.path.join(os.path.dirname(os.path.abspath(configuration)), _plain(*roots or ["."]))
    is_its = re.compile(rf"(?m)^task_id:[ \t]*[\"']?{re.escape(task)}[\"']?[ \t\r]*$")
    tasks = (text for text in _metadata(os.path.join(root, "tasks"), task) if is_its.search(text))
    metadata = next(tasks, "")
    (written,) = _LOG.findall(metadata)
    return os.path.join(root, _plain(written))


def _plain(written: str) -> str:
    value = written.strip().strip("\"'")
    if not _PLAIN.fullmatch(value):
        raise ValueError(value)
    return value


def _metadata(folder: str, task: str) -> Iterator[str]:
    """The metadata that names a task, first that in the folder of its name."""
    its_own = os.path.join(folder, task, "meta.yml")
    if os.path.isfile(its_own):
        yield _read(its_own)
    for where, _, files in os.walk(folder):
        if "meta.yml" in files:
            text = _read(os.path.join(where, "meta.yml"))
            if task in text:
                yield text


def _read(path: str | os.PathLike[str]) -> str:
    with open(path, "rb") as stream:
        return stream.read().decode("utf-8")
