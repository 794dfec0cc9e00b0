"""Where the files of a new task belong: beside those of its siblings, or where options say."""

import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.globs import fill_in, fixed_folder, is_template, is_wild, matcher

_LONGEST_SLUG = 40
_LONGEST_NAME = 200
"""Bytes: most file systems take 255, and suffixes come on top."""
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
_DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


def refuse_id(task: str) -> str | None:
    """Why an id cannot be that of a task with a folder of its own; None if it can."""
    if task != task.strip() or "  " in task or not task:
        return "is empty, or has blanks at its ends or two in a row"
    if not task.isprintable():
        return "has a character that cannot be seen, or no line of text can have"
    if found := _FORBIDDEN.search(task):
        return f"has {found.group()!r}, which no file name can have on every system"
    return next(filter(None, map(_refuse_part, task.split("/"))), None)


def _refuse_part(part: str) -> str | None:
    if part in ("", ".", ".."):
        return "has a part that is empty, '.' or '..', and would leave its folder"
    if part[0] in "_.-~":
        return f"has a part that starts with '{part[0]}': its folder would be a template, or hidden"
    if part.endswith((".", " ")) or _DEVICES.match(part):
        return f"has the part '{part}', which is no file name on Windows"
    return f"is longer than {_LONGEST_NAME} bytes" if len(part.encode()) > _LONGEST_NAME else None


class Layout:
    """Places for files of a project that follow what is there already."""

    def __init__(self, trace: Trace, phase: str) -> None:
        self._settings = trace.settings
        self._docs_dir = trace.resolver.docs_dir
        siblings = [task for task in trace.tasks if task.phase == phase]
        self._group = f"phase{phase}" if phase.isdecimal() else _slug(phase) or "other"
        self._metadata = [(task, task.path) for task in siblings]
        self._plans = [
            (task, plan.path) for task in siblings if (plan := trace.document_index.find_plan(task))
        ]
        every = ((task, trace.document_index.find_plan(task)) for task in trace.tasks)
        bare = [plan.path.split("/")[-2:-1] == [_flat(task.id)] for task, plan in every if plan]
        self._has_slugs = 2 * sum(bare) <= len(bare)

    def metadata(self, task: str) -> str:
        """The metadata file. Raises UnwritableFileError if the option leaves no place."""
        glob = self._settings.tasks[0]
        fits = matcher(self._settings.tasks)
        for folder in [*_common(glob, self._metadata), fixed_folder(glob)]:
            for name in (task, _flat(task)):
                path = posixpath.join(folder, _below(glob, name))
                if fits(path) and not is_template(path):
                    return path
        raise UnwritableFileError(f"option 'tasks': no place that '{glob}' matches for '{task}'")

    def documents(self, task: str, title: str) -> tuple[str, str]:
        """The plan and the log. Raises UnwritableFileError if the options leave no place."""
        plan, log = self._settings.plans[0], self._settings.logs[0]
        slug = _slug(title) if self._has_slugs else ""
        name = f"{_flat(task)}_{slug}" if slug else _flat(task)
        usual = posixpath.join(self._docs_dir, "plans", self._group)
        own = [posixpath.join(self._docs_dir, fixed_folder(glob)) for glob in (plan, log)]
        shared = [*_common(plan, self._plans), usual, own[0]]
        for of_plan, of_log in [*zip(shared, shared, strict=True), own]:
            paths = self._document(plan, of_plan, name), self._document(log, of_log, name)
            if all(paths) and paths[0] != paths[1]:
                return paths
        raise UnwritableFileError(
            f"options 'plans' and 'logs': no place that '{plan}' and '{log}' match for '{task}'"
        )

    def _document(self, glob: str, folder: str, name: str) -> str:
        """The path in this folder; '' if the glob does not match it."""
        path = posixpath.join(folder, _below(glob, name))
        uri = posixpath.relpath(path, self._docs_dir or ".")
        fits = not uri.startswith("../") and matcher([glob])(uri)
        return path if fits and not is_template(path, self._docs_dir) else ""


def _common(glob: str, pairs: Iterable[tuple[Task, str]]) -> list[str]:
    """The folder that holds most of these files, or the folders in which they lie alone."""
    folders: Counter[str] = Counter()
    is_alone = not is_wild(posixpath.basename(glob))
    for task, path in pairs:
        levels = 2 + task.id.count("/") if is_alone else 1
        folders["/".join(path.split("/")[:-levels])] += 1
    return [folder for folder, _ in folders.most_common(1) if folder]


def find_template(trace: Trace, globs: Iterable[str], target: str, below: str = "") -> str | None:
    """The template of a file at `target`: the nearest one that the globs match `below` a folder."""
    fits = matcher(globs)
    prefix = f"{below}/" if below else ""

    def distance(path: str) -> tuple[int, int, str]:
        return -len(posixpath.commonpath([path, target])), path.count("/"), path

    found = (
        path
        for path in trace.resolver.tree.files
        if path.startswith(prefix) and is_template(path, below) and fits(path[len(prefix) :])
    )
    return min(found, key=distance, default=None)


def _below(glob: str, name: str) -> str:
    """A file of that name, or in a folder of that name, as the end of a glob wants it."""
    last = posixpath.basename(glob)
    return fill_in(last, name) if is_wild(last) else posixpath.join(name, last)


def _flat(task: str) -> str:
    return task.replace("/", "-")


def _slug(text: str) -> str:
    """Letters and digits of ASCII in small letters, parted by `_`, cut after a whole word."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    slug = ""
    for word in words:
        if slug and len(slug) + len(word) >= _LONGEST_SLUG:
            break
        slug = f"{slug}_{word}" if slug else word[:_LONGEST_SLUG]
    return slug
