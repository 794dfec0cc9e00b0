"""Finds errors that are like another one, or near a task by the files it touches."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.trace.error_groups import RecordedError, headline
from mkdocs_plantrace.trace.search.terms import terms
from mkdocs_plantrace.trace.touched_files import Shared
from mkdocs_plantrace.trace.trace import Trace, is_open
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values

_MOST_SHOWN = 5
_MOST_KNOWN = 10
_WEAKEST = 0.1
"""As a file that ten tasks touch, or a folder that five touch; weaker overlaps add up."""
_MOST_FOUND = 3
_LEAST_COSINE = 0.2
_MOST_WITH_WORD = 20
"""A word that more errors have makes none of them similar, and would take quadratic time."""
_MOST_ENTRIES = 3
_LONGEST = 1_000
"""Characters of a text that are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """An error of another task, and the path that relates them; a folder ends with `/`."""

    error: RecordedError
    task: str
    path: str


def find_nearby(trace: Trace, tasks: Iterable[Task]) -> tuple[Nearby, ...]:
    """At most five errors of tasks that touch the same files, without errors of these tasks.

    Those of the same phase come first, then those of the closest tasks, then the newest.
    """
    own = {task.id: task for task in tasks}
    known = {error.key for task in own for error in trace.errors.by_task.get(task, ())}
    shared = trace.touches.shared(own.keys())
    found = _rank(trace, shared, {task.phase for task in own.values()})
    return tuple(islice((it for it in found if it.error.key not in known), _MOST_SHOWN))


def find_known_errors(trace: Trace, files: Collection[str]) -> tuple[Nearby, ...]:
    """At most ten errors that are known for changed files.

    First those of tasks that touch one of the files, then those that are near a task whose own
    files are among them and which is not finished.
    """
    of_files = _rank(trace, trace.touches.touching(sorted(files)), ())
    of_tasks = find_nearby(trace, filter(is_open, _find_tasks_of(trace, files)))
    known = {nearby.error.key for nearby in of_files}
    others = (nearby for nearby in of_tasks if nearby.error.key not in known)
    return (*of_files, *others)[:_MOST_KNOWN]


def _find_tasks_of(trace: Trace, files: Collection[str]) -> list[Task]:
    """The tasks whose metadata, plan or log is one of the files."""
    documents = (trace.documents[path] for path in sorted(files) if path in trace.documents)
    of_documents = (it for page in documents for it in trace.document_index.find_tasks(page))
    by_path = trace.task_index.by_path
    own = (by_path[path] for path in sorted(files) if path in by_path)
    return [*own, *of_documents]


def _rank(
    trace: Trace, shared: Mapping[str, tuple[Shared, ...]], phases: Collection[str]
) -> list[Nearby]:
    """The errors of the tasks that share paths, each once.

    Those of the phases come first, then those of the closest tasks, then the newest.
    """
    found: list[tuple[tuple[bool, bool, float], Nearby]] = []
    for task, paths in sorted(shared.items()):
        strength = sum((1 if it.is_same_file else 0.5) / it.spread for it in paths)
        if strength >= _WEAKEST:
            closest = min(paths, key=lambda it: (not it.is_same_file, it.spread, it.path))
            is_elsewhere = trace.task_index.by_id[task].phase not in phases
            order = is_elsewhere, not closest.is_same_file, -round(strength, 6)
            found.extend(
                (order, Nearby(error=error, task=task, path=closest.path))
                for error in trace.errors.by_task.get(task, ())
            )
    found.sort(key=lambda pair: pair[1].error.last_seen or "", reverse=True)
    found.sort(key=lambda pair: pair[0])
    first: dict[str, Nearby] = {}
    for _, nearby in found:
        first.setdefault(nearby.error.key, nearby)
    return list(first.values())


class SimilarErrors:
    """Compares what the newest entries of errors say went wrong.

    The measure is the cosine of their words, weighted by inverse document frequency. The search
    for a text would read all errors for each of them.
    """

    def __init__(self, errors: Sequence[RecordedError]) -> None:
        self._errors = errors

    def find(self, error: RecordedError) -> list[RecordedError]:
        """At most three errors with many of the same words, the most similar first."""
        words = self._words[error.key]
        products: defaultdict[int, float] = defaultdict(float)
        for word in sorted(words):
            numbers = self._with_word[word]
            if len(numbers) <= _MOST_WITH_WORD:
                for number in numbers:
                    products[number] += self._weigh(word)
        cosines = {
            number: product
            / math.sqrt(self._sums[error.key] * self._sums[self._errors[number].key])
            for number, product in products.items()
        }
        ranked = sorted(cosines, key=lambda number: (-cosines[number], number))
        likely = (number for number in ranked if cosines[number] >= _LEAST_COSINE)
        found = (self._errors[number] for number in likely)
        return [other for other in found if other.key != error.key][:_MOST_FOUND]

    def _weigh(self, word: str) -> float:
        return math.log(1 + len(self._errors) / len(self._with_word[word])) ** 2

    @cached_property
    def _sums(self) -> dict[str, float]:
        """For each error the sum of the weights of its words, in a fixed order."""
        return {key: sum(map(self._weigh, sorted(words))) for key, words in self._words.items()}

    @cached_property
    def _words(self) -> dict[str, frozenset[str]]:
        return {error.key: frozenset(terms(_symptoms(error))) for error in self._errors}

    @cached_property
    def _with_word(self) -> dict[str, tuple[int, ...]]:
        """For each word the numbers of the errors that have it."""
        words = enumerate(self._words.values())
        return group_values((word, number) for number, found in words for word in sorted(found))


def _symptoms(error: RecordedError) -> str:
    newest = error.entries[-_MOST_ENTRIES:]
    return "\n".join(dict.fromkeys(headline(entry)[:_LONGEST] for entry in newest))
