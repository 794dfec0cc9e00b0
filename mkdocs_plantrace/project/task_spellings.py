"""Ids that mean the same task: `task-7` is `BACK-7`."""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from msgspec.structs import replace

from mkdocs_plantrace.config.layouts import Layout
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds
from mkdocs_plantrace.utils.order import group_values


def unify_ids(settings: Settings, tasks: list[Task]) -> list[Task]:
    """Give ids that mean the same one spelling, that of the first task by path."""
    tasks = _complete_ids(settings, tasks)
    layouts = {it.name: it for it in settings.other_layouts if it.prefixes or it.ignore_case}
    if not layouts:
        return tasks
    first: dict[tuple[str, str], str] = {}
    for task in sorted(tasks, key=lambda task: task.path.split("/")):
        if task.layout in layouts:
            first.setdefault((task.layout, _fold(task.id, layouts[task.layout])), task.id)

    def unify(task_id: str, layout: Layout) -> str:
        return first.get((layout.name, _fold(task_id, layout)), task_id)

    def unify_all(texts: Iterable[Text], layout: Layout) -> tuple[Text, ...]:
        return tuple(replace(text, value=unify(text.value, layout)) for text in texts)

    return [
        replace(
            task,
            id=unify(task.id, layout),
            depends_on=unify_all(task.depends_on, layout),
            blocks=unify_all(task.blocks, layout),
            spellings=tuple(dict.fromkeys(_spell(unify(task.id, layout), layout))),
        )
        if (layout := layouts.get(task.layout))
        else task
        for task in tasks
    ]


def fold_id(settings: Settings, task_id: str, layout: str) -> str:
    """What is the same for all spellings of an id in a layout."""
    declared = settings.find_layout(layout)
    return _fold(task_id, declared) if declared else task_id


def map_spellings(tasks: Collection[Task]) -> dict[str, str]:
    """Map other spellings to ids; an id of another layout is none of them."""
    ids = {task.id for task in tasks}
    return {it: task.id for task in tasks for it in task.spellings if it not in ids}


def make_task_ids(tasks: Collection[Task]) -> TaskIds:
    """The ids of tasks with all their spellings."""
    return TaskIds((task.id for task in tasks), map_spellings(tasks))


def _complete_ids(settings: Settings, tasks: list[Task]) -> list[Task]:
    """Complete the ids of dependencies that are written without their start or their end."""
    layouts = {layout.name for layout in settings.other_layouts if layout.short_ids}
    if not layouts:
        return tasks
    ids = {(posixpath.dirname(it.path), it.id) for it in tasks if it.layout in layouts}
    by_start = group_values(
        ((folder, task_id[: dash.start()]), task_id)
        for folder, task_id in sorted(ids)
        for dash in islice(re.finditer("-", task_id), 1, None)
    )

    def complete(task: Task) -> Task:
        folder, start = posixpath.dirname(task.path), task.id.rpartition("-")[0]

        def find(written: str) -> str:
            long = f"{start}-{written}"
            begins = by_start.get((folder, written), ())
            is_known = (folder, written) in ids or len(begins) != 1
            return long if (folder, long) in ids else written if is_known else begins[0]

        known = tuple(replace(it, value=find(it.value)) for it in task.depends_on)
        return replace(task, depends_on=known)

    return [complete(task) if task.layout in layouts else task for task in tasks]


def _fold(task_id: str, layout: Layout) -> str:
    folded = task_id.casefold() if layout.ignore_case else task_id
    prefix = _find_prefix(folded, layout)
    return folded if prefix is None else folded[len(prefix) :]


def _find_prefix(folded: str, layout: Layout) -> str | None:
    """The prefix of an id, of which the longest counts; None if it has none of them."""
    prefixes = [it.casefold() if layout.ignore_case else it for it in layout.prefixes]
    return max((it for it in prefixes if folded.startswith(it)), key=len, default=None)


def _spell(task_id: str, layout: Layout) -> Iterator[str]:
    """The other spellings under which text mentions an id; a bare number is no mention."""
    prefix = _find_prefix(task_id.casefold() if layout.ignore_case else task_id, layout)
    forms = [f"{it}{task_id[len(prefix) :]}" for it in layout.prefixes if it] if prefix else []
    for form in (task_id, *forms):
        cases = (form, form.lower(), form.upper(), form.capitalize())
        yield from (it for it in (cases if layout.ignore_case else cases[:1]) if it != task_id)
