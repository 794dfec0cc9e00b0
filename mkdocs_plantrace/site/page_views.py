"""Views of tasks, phases and documents, as templates show them."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import islice

from mkdocs_plantrace.config.layouts import DEFAULT
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.link import LinkKind, Node, NodeKind
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.task import FieldValue, Items, StatusKind, Task
from mkdocs_plantrace.site.problem_views import ProblemViews
from mkdocs_plantrace.site.task_rows import Rows, count_progress, group_of
from mkdocs_plantrace.site.view import Anchor, View, phase_label, shorten_phase
from mkdocs_plantrace.trace.evidence_index import Standing
from mkdocs_plantrace.trace.list_selection import KINDS
from mkdocs_plantrace.trace.task_index import Phase
from mkdocs_plantrace.trace.trace import Trace, is_open
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import id_order

WORDS_OF_LINKS = {
    LinkKind.PLAN: "Plan of",
    LinkKind.LOG: "Log of",
    LinkKind.FOLLOWS: "Followed by",
    LinkKind.TROUBLESHOOTING: "Troubleshooting for",
    LinkKind.DECISION: "Decision for",
    LinkKind.DOCUMENT: "Document of",
    LinkKind.MENTIONS: "Mentioned in",
}

_MOST_SHARING = 20
_MOST_FIRST = 10
_MOST_STALE = 20
_MOST_REASONS = 4
_INTENT, _CRITERIA, _WORK = "intent", "acceptance_criteria", "work"
_NOTES, _VERIFICATION = "notes", "verification"
_BOX = re.compile(r"\[([ xX])\]\s+")
"""The box of a criterion, as in a list of Markdown."""


class Views(Rows):
    @cached_property
    def problems(self) -> ProblemViews:
        return ProblemViews(self._result, self._links)

    def view_phase(self, phase: Phase) -> View:
        table, anchor = self.view_sorted(phase.tasks), self._links.link_phase(phase.name)
        return View(
            label=phase_label(
                self._trace.settings.language, shorten_phase(phase.name, phase.title)
            ),
            title=phase.title,
            url=anchor.url,
            table=table,
            progress=count_progress(table.rows),
            problems=sum(row.problems for row in table.rows),
        )

    def view_sorted(self, tasks: Iterable[Task]) -> View:
        """View a table of tasks, active ones first."""
        return self.view_table(sort_by_kind(tasks))

    def view_phases(self) -> list[View]:
        return [self.view_phase(phase) for phase in self._trace.task_index.phases]

    def count_problems_elsewhere(self) -> int:
        """Count the new problems that no row of a task counts."""
        by_id, problems = self._trace.task_index.by_id, self._result.problems
        return sum(not (it.baselined or it.task in by_id) for it in problems)

    def view_first_tasks(self) -> dict[str, View]:
        """View the lists of the overview by name, each limited."""

        def first(tasks: list[Task], query: str) -> View:
            lines, more = self.view_rows(tasks[:_MOST_FIRST]), max(0, len(tasks) - _MOST_FIRST)
            url = self._links.make_url(self._links.addresses.tasks)
            return View(lines=lines, total=len(tasks), more=more, url=url, query=query)

        def of_kind(kind: StatusKind) -> list[Task]:
            tasks = self._trace.tasks
            return [task for task in tasks if task.status.kind is kind and not task.archived]

        waiting = of_kind(StatusKind.BLOCKED)
        blocked = first(waiting, "status=blocked")
        blocked.lines = [self._view_blocked(task) for task in waiting[:_MOST_FIRST]]
        completed = of_kind(StatusKind.COMPLETED)
        unproven = [
            task
            for task in completed
            if task.layout == DEFAULT and self._evidence.find_proofs(task).standing is Standing.NONE
        ]
        return {
            "blocked": blocked,
            "active": first(of_kind(StatusKind.ACTIVE), "status=active"),
            "ready": first(list(self.ready.values()), "ready=yes"),
            "unproven": first(unproven, "status=completed&evidence=none"),
        }

    def view_stale(self) -> View | None:
        """View the tasks in progress that have not changed for long; None if that is not wanted.

        A line `is_stale` at the time of the last commit. Those that become stale later have a line,
        too, which a script shows in time.
        """
        history, days = self._timeline.history, self._trace.settings.stale_after
        if history is None or days == 0:
            return None
        end = history.head.moment
        lines = [
            View(row=self._rows[task.path], last=last, is_stale=(end - last.moment).days >= days)
            for task, last in self._timeline.find_idle()[:_MOST_STALE]
        ]
        return View(days=days, lines=lines)

    def _view_blocked(self, task: Task) -> View:
        still_open = list(filter(is_open, self._dependencies_of(task)))
        return View(
            row=self._rows[task.path],
            reason=task.blocked_reason,
            waits_for=self.view_rows(still_open[:_MOST_REASONS]),
            more=max(0, len(still_open) - _MOST_REASONS),
        )

    def view_task(self, task: Task) -> View:
        node = Node(NodeKind.TASK, task.id)
        waits, needing = self._dependencies_of(task), self._trace.graph.dependents.get(task.id, ())
        plan = self._trace.document_index.find_plan(task)
        sharing = self._trace.document_index.find_tasks(plan) if plan else (task,)
        others = (other for other in sharing if other.id != task.id)
        proofs = self._evidence.find_proofs(task)
        fields = dict(task.fields)
        intent = fields.get(_INTENT, "")
        is_blocked = group_of(task) == StatusKind.BLOCKED.value
        view = View(
            row=self._rows[task.path],
            source=task.path,
            source_line=task.id_location.line if task.id_location.path == task.path else 0,
            shares_plan_with=self.view_rows(islice(others, _MOST_SHARING)),
            sharing=len(sharing) - 1,
            waits_for=self.view_rows(waits),
            open_waits=sum(map(is_open, waits)),
            needed_by=self.view_rows(self._trace.task_index.select(needing)),
            waits_for_unknown=self._find_unknown(task.depends_on),
            needed_by_unknown=self._find_unknown(task.blocks),
            troubleshooting=self._link_targets(node, LinkKind.TROUBLESHOOTING),
            decisions=self._link_targets(node, LinkKind.DECISION),
            documents=list(self._link_documents(task)),
            intent=intent if isinstance(intent, str) else "",
            blocked=self._view_blocked(task) if is_blocked else None,
            criteria=_find_criteria(task),
            work=fields.get(_WORK, ""),
            notes=fields.get(_NOTES, ""),
            proofs=proofs,
            evidence_urls={file.path: self._find_url(file.path) for file in proofs.files},
            commands=_find_commands(task),
            mentioned_in=self._link_sources(
                node, LinkKind.MENTIONS, _find_own_documents(self._trace, task)
            ),
            problems=self.problems.view_all(self._result.by_task.get(task.id, ())),
        )
        view.fields = _find_other_fields(task, view, self._trace.settings.fields)
        return view

    def _find_url(self, path: str) -> str | None:
        """The URL of a path in metadata; None if the file is not published."""
        found = self._trace.resolver.metadata_path(path).path or ""
        is_public = self._trace.resolver.is_public(found)
        uri = self._links.addresses.document(found) or self._trace.resolver.to_uri(found)
        return self._links.make_url(uri) if is_public else None

    def _link_documents(self, task: Task) -> Iterator[Anchor]:
        """Link the further documents of a task by their paths from its folder."""
        folder = posixpath.dirname(task.path)
        for text in task.documents:
            if text.value in self._trace.documents:
                name = posixpath.relpath(text.value, folder or ".")
                yield self._links.link_document(text.value, text=name)

    def view_box(self, path: str, *, with_problems: bool) -> View | None:
        """View the box of a document; None for an ordinary page without problems."""
        document = self._trace.documents.get(path)
        problems = self._result.by_path.get(path, ()) if with_problems else ()
        tasks = self._trace.document_index.find_related_tasks(document) if document else ()
        is_ordinary = document is None or (document.kind is DocumentKind.PAGE and not tasks)
        if document is None or (is_ordinary and not problems):
            return None
        counterparts = [
            (words, list(anchors))
            for words, link in (("Plan", self.link_plan), ("Execution log", self.link_log))
            if (anchors := dict.fromkeys(it for it in map(link, tasks) if it and it.title != path))
        ]
        phases = dict.fromkeys(task.phase for task in tasks if self._rows[task.path].has_phase)
        is_shared = any(len(anchors) > 1 for _, anchors in counterparts)
        is_record = document.kind in (DocumentKind.PLAN, DocumentKind.LOG)
        only = tasks[0] if is_record and len(tasks) == 1 else None
        return View(
            kind=document.kind.value,
            tasks=self.view_rows(tasks),
            phases=[]
            if is_record and len(phases) == 1
            else list(map(self._links.link_phase, phases)),
            shows_records=is_shared,
            counterparts=[] if is_shared else [(words, it[0]) for words, it in counterparts],
            open_waits=sum(map(is_open, self._dependencies_of(only))) if only else 0,
            proofs=self._evidence.find_proofs(only) if only else None,
            problems=self.problems.view_all(problems),
        )

    def view_references(self, path: str) -> list[View]:
        """Group what refers to a document, and the other tasks that it mentions.

        Links between two ordinary pages are not part of a trace.
        """
        document = self._trace.documents[path]
        node = Node(NodeKind.DOCUMENT, path)
        is_ordinary = document.kind is DocumentKind.PAGE
        ordinary = self._trace.document_index.ordinary_pages if is_ordinary else frozenset()
        own = {task.id for task in self._trace.document_index.find_related_tasks(document)}
        groups = {
            words: self._link_sources(node, kind, ordinary)
            for kind, words in WORDS_OF_LINKS.items()
        }
        groups["Mentions"] = self._link_targets(node, LinkKind.MENTIONS, NodeKind.TASK, own)
        return [View(words=words, anchors=anchors) for words, anchors in groups.items() if anchors]

    def _dependencies_of(self, task: Task) -> tuple[Task, ...]:
        return self._trace.task_index.select(self._trace.graph.dependencies.get(task.id, ()))

    def _link_targets(
        self,
        node: Node,
        kind: LinkKind,
        target: NodeKind = NodeKind.DOCUMENT,
        without: AbstractSet[str] = frozenset(),
    ) -> list[Anchor]:
        links = self._trace.links.outgoing.get(node, ())
        ends = (link.target for link in links if link.kind is kind)
        return self._link_sorted((end for end in ends if end.kind is target), without)

    def _link_sources(
        self, node: Node, kind: LinkKind, without: AbstractSet[str] = frozenset()
    ) -> list[Anchor]:
        links = self._trace.links.incoming.get(node, ())
        return self._link_sorted((link.source for link in links if link.kind is kind), without)

    def _link_sorted(self, nodes: Iterable[Node], without: AbstractSet[str]) -> list[Anchor]:
        ordered = sorted(nodes, key=lambda node: (node.kind.value, id_order(node.key)))
        return [self._links.link_node(node) for node in ordered if node.key not in without]

    def _find_unknown(self, entries: Iterable[Text]) -> list[str]:
        words = dict.fromkeys(entry.value for entry in entries)
        return [word for word in words if word not in self._trace.task_index.by_id]


def sort_by_kind(tasks: Iterable[Task]) -> list[Task]:
    """Sort tasks by kind of status, active ones first; those of one kind keep their order."""
    return sorted(tasks, key=lambda task: KINDS.index(group_of(task)))


def _find_own_documents(trace: Trace, task: Task) -> set[str]:
    """Find the paths of plan, log and further documents of a task."""
    records = trace.document_index.find_plan(task), trace.document_index.find_log(task)
    return {*(it.path for it in records if it), *(text.value for text in task.documents)}


def _find_other_fields(
    task: Task, view: View, names: Mapping[str, str]
) -> list[tuple[str, FieldValue]]:
    """Find the fields of a task that its view does not have apart, with their values."""
    apart = {
        _INTENT: view.intent,
        _CRITERIA: view.criteria,
        _WORK: True,
        _NOTES: True,
        _VERIFICATION: view.commands,
        names["evidence"]: view.proofs.files,
        names["blocked_reason"]: view.blocked,
        names["blocked_since"]: view.blocked and task.blocked_since,
    }
    return [(key, value) for key, value in task.fields if value and not apart.get(key)]


def _find_commands(task: Task) -> list[str]:
    """Find the lines of the verification; none if it is not a list of lines."""
    value = dict(task.fields).get(_VERIFICATION, Items())
    lines = value.values if isinstance(value, Items) else (value,)
    commands = [line for line in lines if isinstance(line, str) and "\n" not in line]
    return commands if len(commands) == len(lines) else []


def _find_criteria(task: Task) -> list[View]:
    """The acceptance criteria, each with its box; without boxes, a completed task meets them."""
    value = dict(task.fields).get(_CRITERIA, Items())
    texts = value.values if isinstance(value, Items) else ()
    is_completed = task.status.kind is StatusKind.COMPLETED
    boxes = ((text, _BOX.match(text) if isinstance(text, str) else None) for text in texts)
    return [
        View(text=text[box.end() :], is_met=box[1] != " ")
        if box and isinstance(text, str)
        else View(text=text, is_met=is_completed)
        for text, box in boxes
    ]
