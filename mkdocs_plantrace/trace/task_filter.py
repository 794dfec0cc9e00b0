"""The filters that lists of tasks have on pages and in commands."""

from collections.abc import Collection
from dataclasses import dataclass

from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.task import StatusKind, Task

STATUS_KINDS = {kind.value: kind for kind in StatusKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """A task must match each filter that is not empty.

    It matches one of `statuses` (words, or kinds), `phases` and `owners`, where '' is a task
    without one, and all words of `text` are in its id and title.
    """

    statuses: Collection[str] = ()
    phases: Collection[str] = ()
    owners: Collection[str] = ()
    text: str = ""

    def matches(self, task: Task) -> bool:
        return (
            (not self.phases or task.phase in self.phases)
            and (not self.owners or any(it in self.owners for it in task.owners or ("",)))
            and (not self.statuses or self._has_status(task))
            and self._has_words(task)
        )

    def _has_status(self, task: Task) -> bool:
        for word in map(normalize_status, self.statuses):
            kind = STATUS_KINDS.get(word)
            if task.status.kind is kind if kind else normalize_status(task.status.text) == word:
                return True
        return False

    def _has_words(self, task: Task) -> bool:
        shown = f"{task.id} {task.title}".lower()
        return all(word in shown for word in self.text.lower().split())
