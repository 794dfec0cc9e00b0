"""Tasks in lines, as tables and lists show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.model import Node, NodeKind, StatusKind, Task
from mkdocs_plantrace.order import id_order
from mkdocs_plantrace.pages.proofs import ProofsByTask
from mkdocs_plantrace.pages.prose import Href
from mkdocs_plantrace.pipeline import Result
from mkdocs_plantrace.words import Words

KINDS = ("active", "blocked", "planned", "completed", "dropped", "unknown", "archived")
"""What tasks are counted as: the kinds of status, those under way first, and what is archived."""
_PROOFS = ("none", "incomplete", "failing", "complete")
_ORDER = (
    *(StatusKind.COMPLETED, StatusKind.ACTIVE, StatusKind.BLOCKED, StatusKind.PLANNED),
    StatusKind.DROPPED,
)
"""The order of work, in which bars of progress show shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link: `url` is None where there is no page to lead to."""

    text: str
    url: str | None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A task in one line. `kind` is the value of its kind of status, or `unknown`.

    `proof` is the standing of its evidence, as `Proofs` has it.
    """

    id: str
    title: str
    url: str
    status: str
    kind: str
    owner: str
    phase: Anchor
    plan: Anchor | None
    log: Anchor | None
    errors: int
    problems: int
    archived: bool
    proof: str

    @property
    def group(self) -> str:
        """What it is counted and filtered as: its kind, unless it is archived."""
        return "archived" if self.archived else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTable:
    """Tasks in lines, and what they can be filtered by: values with what they are called.

    A status is a kind, or one of the words of a kind that has several. `phases` is empty where
    all tasks are of one.
    """

    rows: tuple[TaskRow, ...]
    statuses: tuple[tuple[str, str], ...]
    phases: tuple[tuple[str, str], ...]
    owners: tuple[tuple[str, str], ...]
    proofs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many tasks are of one kind of status, and their share of all in per cent."""

    kind: str
    count: int
    percent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Shares in the order of work; `done` of `total` leaves dropped and archived tasks out."""

    shares: tuple[Share, ...]
    done: int
    total: int
    percent: int


class Rows:
    """Makes the lines of one page: `href` gives URLs relative to it."""

    def __init__(
        self, result: Result, addresses: Addresses, proofs: ProofsByTask, href: Href
    ) -> None:
        self._result = result
        self._proofs = proofs
        self._trace = result.trace
        self._words = result.trace.settings.language
        self._addresses = addresses
        self._href = href

    def row(self, task: Task) -> TaskRow:
        """A task in one line."""
        return TaskRow(
            id=task.id,
            title=task.title,
            url=self._href(self._addresses.task(task)),
            status=task.status.text.replace("_", " ") or self._words.text("no status"),
            kind=kind_of(task),
            owner=task.owner,
            phase=Anchor(
                text=phase_label(self._words, task.phase),
                url=self._href(self._addresses.phase(task.phase)),
                title=self._trace.settings.phases.get(task.phase, ""),
            ),
            plan=self.record(task, "plan"),
            log=self.record(task, "log"),
            errors=len(self._trace.errors_of_task.get(task.id, ())),
            problems=sum(not it.baselined for it in self._result.by_task.get(task.id, ())),
            archived=task.archived,
            proof=self._proofs.of(task).standing,
        )

    def of(self, tasks: Iterable[Task]) -> tuple[TaskRow, ...]:
        """Tasks in lines, in the order given."""
        return tuple(self.row(task) for task in tasks)

    def table(self, tasks: Iterable[Task]) -> TaskTable:
        """Tasks in a table, in the order given."""
        rows = self.of(tasks)
        phases = {row.phase.text: None for row in rows}
        owners = sorted({row.owner for row in rows if row.owner}, key=id_order)
        proofs = {row.proof for row in rows}
        return TaskTable(
            rows=rows,
            statuses=tuple(self._statuses(rows)),
            phases=tuple((phase, phase) for phase in phases) if len(phases) > 1 else (),
            owners=tuple((owner, owner) for owner in owners),
            proofs=tuple((it, self._words.text(it)) for it in _PROOFS if it in proofs),
        )

    def _statuses(self, rows: Iterable[TaskRow]) -> Iterator[tuple[str, str]]:
        words: dict[str, set[str]] = {}
        for row in rows:
            words.setdefault(row.group, set()).add(row.status)
        for kind in KINDS:
            if kind not in words:
                continue
            yield kind, self._words.text(kind)
            if len(words[kind]) > 1 and kind != "archived":
                yield from ((word, f"– {word}") for word in sorted(words[kind] - {kind}))

    def by_kind(self) -> tuple[tuple[str, int], ...]:
        """How many tasks are of each kind of status, those under way first, without zeros."""
        counted = Counter(map(group_of, self._trace.tasks))
        return tuple((kind, counted[kind]) for kind in KINDS if counted[kind])

    def record(self, task: Task, field: str) -> Anchor | None:
        """The plan or the log of a task."""
        found = self._trace.plan_of(task) if field == "plan" else self._trace.log_of(task)
        return self.anchor(Node(NodeKind.DOCUMENT, found.path)) if found else None

    def anchor(self, node: Node) -> Anchor:
        """The link to a task or document."""
        uri = self._addresses.node(node)
        url = self._href(uri) if uri else None
        if node.kind is NodeKind.TASK:
            task = self._trace.by_id[node.key]
            return Anchor(text=task.id, url=url, title=task.title)
        document = self._trace.documents[node.key]
        return Anchor(text=document.title, url=url, title=node.key)


def kind_of(task: Task) -> str:
    """The kind of its status, `unknown` if no kind claims that."""
    return task.status.kind.value if task.status.kind else "unknown"


def group_of(task: Task) -> str:
    """What a task is counted as."""
    return "archived" if task.archived else kind_of(task)


def is_open(task: Task) -> bool:
    """Whether there is still something to do."""
    is_closed = task.status.kind in (StatusKind.COMPLETED, StatusKind.DROPPED)
    return not is_closed and not task.archived


def phase_label(words: Words, name: str) -> str:
    """What a phase is called on pages."""
    return words.text("Phase %(name)s", name=name) if name else words.text("No phase")


def progress(rows: Iterable[TaskRow]) -> Progress:
    """Counts the tasks by kind of status; archived ones do not count."""
    counted = Counter(row.kind for row in rows if not row.archived)
    everything = sum(counted.values())
    kinds = [*(kind.value for kind in _ORDER), "unknown"]
    total = everything - counted["dropped"]
    done = counted["completed"]
    return Progress(
        shares=tuple(
            Share(kind=kind, count=counted[kind], percent=f"{100 * counted[kind] / everything:.2f}")
            for kind in kinds
            if counted[kind]
        ),
        done=done,
        total=total,
        percent=100 * done // total if total else 0,
    )
