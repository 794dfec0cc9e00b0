"""Find paths for the files of a new task: beside its phase, or by the options."""

import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from mkdocs_plantrace.config.layouts import DEFAULT
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.model.link import LinkKind
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.globs import (
    compile_globs,
    fill_star,
    find_base_folder,
    has_wildcard,
    is_template,
)
from mkdocs_plantrace.utils.order import group_values
from mkdocs_plantrace.utils.paths import is_device_name

_MAX_NAME_BYTES = 200
"""Most file systems allow 255, which includes a suffix."""
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_MAX_SLUG_LENGTH = 40
_UNSAFE = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|]|^[_.~-]|[. ]$')
"""What a name of a folder cannot have on every system, or what makes it hidden or a template."""


_Files: TypeAlias = "tuple[tuple[Task, str], ...]"
"""Tasks of one phase, each with a file."""


def find_id_fault(task: str) -> str | None:
    """Return why an id cannot be the name of a folder; None if it can."""
    if task != task.strip() or "  " in task or not task:
        return "is empty, or has spaces at its ends or two in a row"
    if not task.isprintable():
        return "has an invisible character"
    if found := _FORBIDDEN.search(task):
        return f"has {found.group()!r}, which is not allowed in file names on every system"
    return next(filter(None, map(_find_part_fault, task.split("/"))), None)


def _find_part_fault(part: str) -> str | None:
    if part in ("", ".", ".."):
        return "has a part that is empty, '.' or '..'"
    if part[0] in "_.-~":
        return f"has a part that starts with '{part[0]}', as templates and hidden folders do"
    if part.endswith((".", " ")) or is_device_name(part):
        return f"has the part '{part}', which is not a file name on Windows"
    is_long = len(part.encode()) > _MAX_NAME_BYTES
    return f"is longer than {_MAX_NAME_BYTES} bytes" if is_long else None


class FolderLayout:
    """The folders of a project, as its existing tasks follow it."""

    def __init__(self, trace: Trace, phase: str) -> None:
        self._settings = trace.settings
        self._docs_dir = trace.resolver.docs_dir
        self._phase = phase
        plans = list(_find_documents(trace, LinkKind.PLAN))
        logs = {task.path: path for task, path in _find_documents(trace, LinkKind.LOG)}
        own = (task for task in trace.tasks if task.layout == DEFAULT)
        self._metadata = _group_by_phase((task, task.path) for task in own)
        self._plans = _group_by_phase(plans)
        bare = [path.split("/")[-2:-1] == [_flatten(task.id)] for task, path in plans]
        self._has_slugs = 2 * sum(bare) <= len(bare)
        together = [
            len({posixpath.dirname(it) for it in (path, task.path, logs.get(task.path, path))}) == 1
            for task, path in plans
        ]
        self._is_together = 2 * sum(together) > len(together)

    def find_metadata_path(self, task: str, plan: str | None) -> str:
        """Find a path for the metadata; `plan` is that of the task alone, None if it is shared.

        Raises UnwritableFileError if no path matches the option.
        """
        glob = self._settings.tasks[0]
        fits = compile_globs(self._settings.tasks)
        paths = [
            posixpath.join(folder, _name_file(glob, name))
            for folder in [*self._find_folders(glob, self._metadata), find_base_folder(glob)]
            for name in (task, _flatten(task))
        ]
        if self._is_together and plan:
            last = fill_star(posixpath.basename(glob), _flatten(task))
            paths.insert(0, posixpath.join(posixpath.dirname(plan), last))
        for path in paths:
            if fits(path) and not is_template(path):
                return path
        raise UnwritableFileError(f"option 'tasks': no path for '{task}' matches '{glob}'")

    def find_document_paths(self, task: str, title: str) -> tuple[str, str]:
        """Return plan and log. Raises UnwritableFileError if no paths match the options."""
        plan, log = self._settings.plans[0], self._settings.logs[0]
        slug = slugify(title) if self._has_slugs else ""
        name = f"{_flatten(task)}_{slug}" if slug else _flatten(task)
        usual = posixpath.join(self._docs_dir, "plans", name_phase_folder(self._phase))
        own = [posixpath.join(self._docs_dir, find_base_folder(glob)) for glob in (plan, log)]
        shared = [*self._find_folders(plan, self._plans), usual, own[0]]
        for of_plan, of_log in [*zip(shared, shared, strict=True), own]:
            paths = self._join(plan, of_plan, name), self._join(log, of_log, name)
            if all(paths) and paths[0] != paths[1]:
                return paths
        raise UnwritableFileError(
            f"options 'plans' and 'logs': no paths for '{task}' match '{plan}' and '{log}'"
        )

    def _find_folders(self, glob: str, files: Mapping[str, _Files]) -> list[str]:
        """Return the folder of the phase, or one that is named as those of other phases."""
        if self._phase in files:
            return _find_common_folder(glob, files[self._phase])
        folders = {phase: _find_common_folder(glob, pairs) for phase, pairs in files.items()}
        return find_conventional_folder(self._phase, folders)

    def _join(self, glob: str, folder: str, name: str) -> str:
        """Return a path in this folder; '' if the glob does not match it."""
        path = posixpath.join(folder, _name_file(glob, name))
        uri = posixpath.relpath(path, self._docs_dir or ".")
        fits = not uri.startswith("../") and compile_globs([glob])(uri)
        return path if fits and not is_template(path, self._docs_dir) else ""


def _find_documents(trace: Trace, kind: LinkKind) -> Iterator[tuple[Task, str]]:
    """The tasks of the default layout with a plan or log that exists, and its path."""
    for reference in trace.links.path_references:
        path, fault = reference.resolved
        is_own = reference.task.layout == DEFAULT
        if is_own and reference.kind is kind and path and fault is None:
            yield reference.task, path


def _group_by_phase(files: Iterable[tuple[Task, str]]) -> Mapping[str, _Files]:
    return group_values((task.phase, (task, path)) for task, path in files)


def _find_common_folder(glob: str, pairs: Iterable[tuple[Task, str]]) -> list[str]:
    """Return the folder of most files, or of the folders with one file each."""
    folders: Counter[str] = Counter()
    is_alone = not has_wildcard(posixpath.basename(glob))
    for task, path in pairs:
        levels = 2 + task.id.count("/") if is_alone else 1
        folders["/".join(path.split("/")[:-levels])] += 1
    return [folder for folder, _ in folders.most_common(1) if folder]


def find_template(trace: Trace, globs: Iterable[str], target: str, below: str = "") -> str | None:
    """Find the nearest template of `target` that matches, relative to `below`."""
    fits = compile_globs(globs)
    prefix = f"{below}/" if below else ""

    def order(path: str) -> tuple[int, int, str]:
        return -len(posixpath.commonpath([path, target])), path.count("/"), path

    templates = (
        path
        for path in trace.resolver.tree.files
        if path.startswith(prefix) and is_template(path, below) and fits(path[len(prefix) :])
    )
    return min(templates, key=order, default=None)


def _name_file(glob: str, name: str) -> str:
    """Return a file of this name or a file in a folder of this name, as the glob ends."""
    last = posixpath.basename(glob)
    return fill_star(last, name) if has_wildcard(last) else posixpath.join(name, last)


def _flatten(task: str) -> str:
    return task.replace("/", "-")


class _Convention(NamedTuple):
    """A folder is `parent`/`before`…`after` around a form of the phase."""

    parent: str
    before: str
    after: str
    form: int


def find_conventional_folder(phase: str, folders: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the folder of a phase, by the folders of tasks of other phases; [] without any."""
    conventions: Counter[_Convention] = Counter()
    for other, paths in folders.items():
        conventions.update(found for path in paths if (found := _recognize(other, path)))
    return [
        posixpath.join(parent, f"{before}{name}{after}")
        for (parent, before, after, form), _ in conventions.most_common(1)
        if (name := _list_forms(phase)[form])
        and not _UNSAFE.search(name)
        and not is_device_name(f"{before}{name}{after}")
    ]


def name_phase_folder(phase: str) -> str:
    """Return the name of a folder where no other phase has one."""
    if _NUMBER.fullmatch(phase):
        return f"phase{phase}"
    name = slugify(phase) or "other"
    return f"phase_{name}" if is_device_name(name) else name


def slugify(text: str) -> str:
    """Return lower-case words joined by `_`, without accents, cut after a whole word."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", letters))
    slug = ""
    for word in words:
        if slug and len(slug) + len(word) >= _MAX_SLUG_LENGTH:
            break
        slug = f"{slug}_{word}" if slug else word[:_MAX_SLUG_LENGTH]
    return slug


def _list_forms(phase: str) -> tuple[str, ...]:
    """Return a phase as it is, and as people write it in names of folders."""
    return phase, phase.lower(), slugify(phase), slugify(phase).replace("_", "-")


def _recognize(phase: str, folder: str) -> _Convention | None:
    parent, name = posixpath.split(folder)
    for number, form in enumerate(_list_forms(phase)):
        before, found, after = name.rpartition(form) if form else ("", "", "")
        if found and not (_is_joined(before[-1:], form[0]) or _is_joined(after[:1], form[-1])):
            return _Convention(parent, before, after, number)
    return None


def _is_joined(outside: str, inside: str) -> bool:
    """Whether two characters are of one word or number; letters may be before a number."""
    return outside.isdigit() or outside == "." or (outside.isalpha() and not inside.isdigit())
