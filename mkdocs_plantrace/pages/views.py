"""What templates arrange: rows, groups and links of the trace, sorted, counted, with URLs."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice

from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.model import (
    DocumentKind,
    FieldValue,
    LinkKind,
    Node,
    NodeKind,
    Task,
    Text,
)
from mkdocs_plantrace.order import id_order
from mkdocs_plantrace.pages.proofs import Proofs, ProofsByTask
from mkdocs_plantrace.pages.prose import Href
from mkdocs_plantrace.pages.task_rows import (
    Anchor,
    Progress,
    Rows,
    TaskRow,
    TaskTable,
    is_open,
    phase_label,
    progress,
)
from mkdocs_plantrace.pipeline import Result
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.rules import Rule
from mkdocs_plantrace.trace import Phase

WORDS_OF_LINKS = {
    LinkKind.PLAN: "Plan of",
    LinkKind.LOG: "Log of",
    LinkKind.FOLLOWS: "Followed by",
    LinkKind.TROUBLESHOOTING: "Troubleshooting for",
    LinkKind.DECISION: "Decision for",
    LinkKind.MENTIONS: "Mentioned in",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseView:
    """A phase with its tasks and progress."""

    label: str
    title: str
    url: str
    table: TaskTable
    progress: Progress
    problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRow:
    """A problem with a link to the page it concerns."""

    severity: str
    rule: Rule
    place: Anchor
    message: str
    hint: str | None
    task: Anchor | None
    is_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """The problems of one rule."""

    rule: Rule
    severity: str
    problems: tuple[ProblemRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceGroup:
    """Pages that refer to this one in the same way."""

    words: str
    anchors: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """All that the page of a task shows.

    `shares_plan_with` are the first of the `sharing` other tasks with its plan: the page of the
    plan lists them all, and the pages of all of them would grow with the square. `open_waits`
    of the tasks that it waits for are open. `fields` are without what
    is shown apart: an `intent` that is text, evidence, a verification that is `commands`.
    """

    row: TaskRow
    source: str
    shares_plan_with: tuple[TaskRow, ...]
    sharing: int
    waits_for: tuple[TaskRow, ...]
    needed_by: tuple[TaskRow, ...]
    open_waits: int
    waits_for_unknown: tuple[str, ...]
    needed_by_unknown: tuple[str, ...]
    troubleshooting: tuple[Anchor, ...]
    decisions: tuple[Anchor, ...]
    intent: str
    proofs: Proofs
    commands: tuple[str, ...]
    fields: tuple[tuple[str, FieldValue], ...]
    mentioned_in: tuple[Anchor, ...]
    problems: tuple[ProblemRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxView:
    """What stands at the head of a document.

    `counterparts` are its only plan and log; where there are several, `shows_records` says
    that each task comes with its own. The plan or log of a single task tells how many of the
    tasks that it waits for are open, and how much of its evidence is there.
    """

    kind: str
    tasks: tuple[TaskRow, ...]
    shows_records: bool
    counterparts: tuple[tuple[str, Anchor], ...]
    open_waits: int
    proofs: Proofs | None
    problems: tuple[ProblemRow, ...]


_MOST_SHARING = 20
_INTENT, _VERIFICATION = "intent", "verification"


class Views:
    """Makes the views of one page: `href` gives URLs relative to it."""

    def __init__(
        self, result: Result, addresses: Addresses, proofs: ProofsByTask, href: Href
    ) -> None:
        self._result = result
        self._trace = result.trace
        self._words = result.trace.settings.language
        self._addresses = addresses
        self._proofs = proofs
        self._href = href
        self._evidence_key = result.trace.settings.fields["evidence"]
        self.rows = Rows(result, addresses, proofs, href)

    def phase(self, phase: Phase) -> PhaseView:
        """A phase with all its tasks."""
        table = self.rows.table(phase.tasks)
        return PhaseView(
            label=phase_label(self._words, phase.name),
            title=phase.title,
            url=self._href(self._addresses.phase(phase.name)),
            table=table,
            progress=progress(table.rows),
            problems=sum(row.problems for row in table.rows),
        )

    def phases(self) -> tuple[PhaseView, ...]:
        """All phases, in their order."""
        return tuple(self.phase(phase) for phase in self._trace.phases)

    def problem_groups(self, *, known: bool = False) -> tuple[RuleGroup, ...]:
        """The new or the known problems by rule, errors first."""
        grouped: dict[tuple[str, str], list[Problem]] = {}
        for problem in self._result.problems:
            if problem.baselined is known:
                key = problem.severity.value, problem.rule.code
                grouped.setdefault(key, []).append(problem)
        return tuple(
            RuleGroup(rule=found[0].rule, severity=severity, problems=self._problem_rows(found))
            for (severity, _), found in sorted(grouped.items(), key=lambda group: group[0])
        )

    def task(self, task: Task) -> TaskView:
        """All about one task."""
        node = Node(NodeKind.TASK, task.id)
        waits = self._waits_of(task)
        needing = self._trace.dependents.get(task.id, ())
        plan = self._trace.plan_of(task)
        own = {document.path for document in (plan, self._trace.log_of(task)) if document}
        sharing = self._trace.served_by(plan) if plan else (task,)
        others = (other for other in sharing if other.id != task.id)
        proofs = self._proofs.of(task)
        intent = dict(task.fields).get(_INTENT, "")
        apart = {
            _INTENT: isinstance(intent, str),
            _VERIFICATION: bool(commands := _commands(task)),
            self._evidence_key: bool(proofs.files),
        }
        return TaskView(
            row=self.rows.row(task),
            source=task.path,
            shares_plan_with=self.rows.of(islice(others, _MOST_SHARING)),
            sharing=len(sharing) - 1,
            waits_for=self.rows.of(waits),
            open_waits=_count_open(waits),
            needed_by=self.rows.of(self._trace.tasks_by_id(needing)),
            waits_for_unknown=self._unknown(task.depends_on),
            needed_by_unknown=self._unknown(task.blocks),
            troubleshooting=self._targets(node, LinkKind.TROUBLESHOOTING),
            decisions=self._targets(node, LinkKind.DECISION),
            intent=intent if isinstance(intent, str) else "",
            proofs=proofs,
            commands=commands,
            fields=tuple((key, value) for key, value in task.fields if not apart.get(key)),
            mentioned_in=self._sources(node, LinkKind.MENTIONS, without=own),
            problems=self._problem_rows(self._problems_of(task)),
        )

    def box(self, path: str, *, with_problems: bool) -> BoxView | None:
        """The box of a document, None for a page without a role and without problems."""
        document = self._trace.documents.get(path)
        if document is None:
            return None
        problems = self._result.by_path.get(path, ()) if with_problems else ()
        if document.kind is DocumentKind.PAGE and not problems:
            return None
        tasks = self._trace.tasks_around(document)
        counterparts = tuple(self._counterparts(path, tasks))
        is_shared = any(len(anchors) > 1 for _, anchors in counterparts)
        is_record = document.kind in (DocumentKind.PLAN, DocumentKind.LOG)
        only = tasks[0] if is_record and len(tasks) == 1 else None
        return BoxView(
            kind=document.kind.value,
            tasks=self.rows.of(tasks) if document.kind is not DocumentKind.PAGE else (),
            shows_records=is_shared,
            counterparts=()
            if is_shared
            else tuple((words, anchor) for words, (anchor,) in counterparts),
            open_waits=_count_open(self._waits_of(only)) if only else 0,
            proofs=self._proofs.of(only) if only else None,
            problems=self._problem_rows(problems),
        )

    def references(self, path: str) -> tuple[ReferenceGroup, ...]:
        """Everything that refers to a document, and the other tasks that it names itself.

        Links between two ordinary pages are nothing to a trace.
        """
        document = self._trace.documents.get(path)
        if document is None:
            return ()
        node = Node(NodeKind.DOCUMENT, path)
        is_ordinary = document.kind is DocumentKind.PAGE
        ordinary = self._trace.ordinary_pages if is_ordinary else frozenset()
        own = {task.id for task in self._trace.tasks_around(document)}
        groups = [
            *(
                (words, self._sources(node, kind, ordinary))
                for kind, words in WORDS_OF_LINKS.items()
            ),
            ("Names", self._targets(node, LinkKind.MENTIONS, NodeKind.TASK, without=own)),
        ]
        return tuple(
            ReferenceGroup(words=words, anchors=anchors) for words, anchors in groups if anchors
        )

    def _waits_of(self, task: Task) -> tuple[Task, ...]:
        return self._trace.tasks_by_id(self._trace.dependencies.get(task.id, ()))

    def _counterparts(
        self, path: str, tasks: tuple[Task, ...]
    ) -> Iterable[tuple[str, tuple[Anchor, ...]]]:
        for words, field in (("Plan", "plan"), ("Execution log", "log")):
            anchors = {
                anchor.url: anchor
                for task in tasks
                if (anchor := self.rows.record(task, field)) and anchor.title != path
            }
            if anchors:
                yield words, tuple(anchors.values())

    def _targets(
        self,
        node: Node,
        kind: LinkKind,
        target: NodeKind = NodeKind.DOCUMENT,
        without: AbstractSet[str] = frozenset(),
    ) -> tuple[Anchor, ...]:
        links = self._trace.outgoing.get(node, ())
        return self._sorted(
            link.target
            for link in links
            if link.kind is kind and link.target.kind is target and link.target.key not in without
        )

    def _sources(
        self, node: Node, kind: LinkKind, without: AbstractSet[str] = frozenset()
    ) -> tuple[Anchor, ...]:
        links = self._trace.incoming.get(node, ())
        return self._sorted(
            link.source for link in links if link.kind is kind and link.source.key not in without
        )

    def _sorted(self, nodes: Iterable[Node]) -> tuple[Anchor, ...]:
        ordered = sorted(nodes, key=lambda node: (node.kind.value, id_order(node.key)))
        return tuple(self.rows.anchor(node) for node in ordered)

    def _unknown(self, entries: Iterable[Text]) -> tuple[str, ...]:
        words = dict.fromkeys(entry.value for entry in entries)
        return tuple(word for word in words if word not in self._trace.by_id)

    def _problems_of(self, task: Task) -> tuple[Problem, ...]:
        return self._result.by_task.get(task.id, ())

    def _problem_rows(self, problems: Iterable[Problem]) -> tuple[ProblemRow, ...]:
        return tuple(self._problem_row(problem) for problem in problems)

    def _problem_row(self, problem: Problem) -> ProblemRow:
        where = problem.location
        task = self._trace.by_source.get(where.path)
        uri = self._addresses.task(task) if task else self._addresses.document(where.path)
        concerned = self._trace.by_id.get(problem.task or "")
        return ProblemRow(
            severity=problem.severity.value,
            rule=problem.rule,
            place=Anchor(
                text=f"{where.path}:{where.line}:{where.column}",
                url=self._href(uri) if uri else None,
            ),
            message=problem.message,
            hint=problem.hint,
            task=self.rows.anchor(Node(NodeKind.TASK, concerned.id)) if concerned else None,
            is_known=problem.baselined,
        )


def _count_open(tasks: Iterable[Task]) -> int:
    return sum(map(is_open, tasks))


def _commands(task: Task) -> tuple[str, ...]:
    """The lines of the verification, where it is a list of such."""
    value = dict(task.fields).get(_VERIFICATION, ())
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, list | tuple):
        return ()
    commands = tuple(line for line in lines if isinstance(line, str) and "\n" not in line)
    return commands if len(commands) == len(lines) else ()
