"""Where the files of a new task belong: beside those of its siblings, or where options say."""

import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from mkdocs_plantrace.authoring.files import UnwritableFileError
from mkdocs_plantrace.globs import fill_in, fixed_folder, is_template, is_wild, matcher
from mkdocs_plantrace.model import Task
from mkdocs_plantrace.trace import Trace

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

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._settings = trace.settings
        self._docs_dir = trace.resolver.docs_dir

    def metadata(self, task: str, phase: str) -> str:
        """The metadata file. Raises UnwritableFileError if the option leaves no place."""
        glob = self._settings.tasks[0]
        fits = matcher(self._settings.tasks)
        folders = self._common(phase, ((other, other.path) for other in self._trace.tasks))
        for folder in [*folders, fixed_folder(glob)]:
            for name in dict.fromkeys((task, _flat(task))):
                path = posixpath.join(folder, _below(glob, name))
                if fits(path) and not is_template(path):
                    return path
        raise UnwritableFileError(f"option 'tasks': no place that '{glob}' matches for '{task}'")

    def documents(self, task: str, title: str, phase: str) -> tuple[str, str]:
        """The plan and the log. Raises UnwritableFileError if the options leave no place."""
        plan, log = self._settings.plans[0], self._settings.logs[0]
        pairs = [(t, d.path) for t in self._trace.tasks if (d := self._trace.plan_of(t))]
        shares_folder = not is_wild(posixpath.basename(plan))
        common = self._common(phase, pairs, up=2 if shares_folder else 1)
        group = f"phase{phase}" if phase.isdecimal() else _slug(phase) or "other"
        usual = posixpath.join(self._docs_dir, "plans", group)
        name = _flat(task)
        if (slug := _slug(title)) and not self._are_bare(pairs):
            name = f"{name}_{slug}"
        own = tuple(posixpath.join(self._docs_dir, fixed_folder(glob)) for glob in (plan, log))
        for folders in [*((one, one) for one in (*common, usual, own[0])), own]:
            of_plan = self._document(plan, folders[0], name)
            of_log = self._document(log, folders[1], name)
            if of_plan and of_log and of_plan != of_log:
                return of_plan, of_log
        raise UnwritableFileError(
            f"options 'plans' and 'logs': no place that '{plan}' and '{log}' match for '{task}'"
        )

    def _document(self, glob: str, folder: str, name: str) -> str | None:
        path = posixpath.join(folder, _below(glob, name))
        uri = posixpath.relpath(path, self._docs_dir or ".")
        fits = not uri.startswith("../") and matcher([glob])(uri)
        return path if fits and not is_template(path, self._docs_dir) else None

    def _common(self, phase: str, pairs: Iterable[tuple[Task, str]], up: int = 0) -> Iterator[str]:
        """The folder that holds most files of the phase, counted so many levels above them."""
        up = up or (1 if is_wild(posixpath.basename(self._settings.tasks[0])) else 2)
        folders: Counter[str] = Counter()
        for task, path in pairs:
            if task.phase == phase:
                folders[_above(path, up + (task.id.count("/") if up > 1 else 0))] += 1
        return (folder for folder, _ in folders.most_common(1) if folder)

    def _are_bare(self, pairs: Iterable[tuple[Task, str]]) -> bool:
        """Whether most plans lie in folders that are called as their tasks are."""
        named = Counter(
            posixpath.basename(posixpath.dirname(path)) == _flat(task.id) for task, path in pairs
        )
        return named[True] > named[False]


def find_template(trace: Trace, glob: str, target: str) -> str | None:
    """The template, below docs_dir, of a document at `target`: the one nearest to it."""
    docs_dir = trace.resolver.docs_dir
    fits = matcher([glob])
    prefix = f"{docs_dir}/" if docs_dir else ""
    found = (
        path
        for path in trace.resolver.tree.files
        if path.startswith(prefix) and is_template(path, docs_dir) and fits(path[len(prefix) :])
    )
    return _nearest(found, target)


def find_metadata_template(trace: Trace, target: str) -> str | None:
    """The template of a metadata file at `target`: the one nearest to it."""
    fits = matcher(trace.settings.tasks)
    found = (path for path in trace.resolver.tree.files if is_template(path) and fits(path))
    return _nearest(found, target)


def _nearest(paths: Iterable[str], target: str) -> str | None:
    def distance(path: str) -> tuple[int, int, str]:
        return -len(posixpath.commonpath([path, target])), path.count("/"), path

    return min(paths, key=distance, default=None)


def _above(path: str, levels: int) -> str:
    for _ in range(levels):
        path = posixpath.dirname(path)
    return path


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
