"""Views of problems: one by one, by rule, and all of a check with their filters."""

from collections import Counter
from collections.abc import Iterable

from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Rule
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.site.view import Anchor, Links, View
from mkdocs_plantrace.utils.order import group_values, id_order

_SEVERITIES = ("error", "warning", "known")
_MOST_OPEN = 10
"""Places of a message that are not folded on the page of problems."""


class ProblemViews:
    def __init__(self, result: Result, links: Links) -> None:
        self._result = result
        self._links = links
        self._trace = result.trace

    def group_new(self) -> list[View]:
        """Group the new problems by rule, errors first."""
        grouped = group_values(
            ((problem.severity.value, problem.rule.code), problem)
            for problem in self._result.problems
            if not problem.baselined
        )
        return [
            View(rule=found[0].rule, severity=key[0], problems=self.view_all(found))
            for key, found in sorted(grouped.items(), key=lambda pair: pair[0])
        ]

    def view_check(self) -> View:
        """View all problems by rule and message, and the values of each filter."""
        by_rule = group_values((problem.rule, problem) for problem in self._result.problems)
        groups = sorted(
            (self._view_rule(rule, found) for rule, found in by_rule.items()),
            key=lambda it: (_SEVERITIES.index(it.kind), -len(it.problems), it.rule.code),
        )
        problems = [problem for group in groups for problem in group.problems]
        counts = Counter(it.kind for it in problems)
        owners = {owner for it in problems for owner in it.owners}
        phases = {phase for it in problems for phase in it.phases}
        labels = (self._links.link_phase(it.name).text for it in self._trace.task_index.phases)
        words = self._trace.settings.language
        return View(
            groups=groups,
            counts={kind: counts[kind] for kind in _SEVERITIES},
            tasks=len(self._trace.tasks),
            documents=self._result.record_count,
            severities=[(kind, words.text(kind)) for kind in _SEVERITIES if counts[kind]],
            rules=[(it.rule.name, f"{it.rule.code} {it.rule.name}") for it in groups],
            owners=[(owner, owner) for owner in sorted(owners, key=id_order)],
            phases=[(label, label) for label in labels if label in phases],
        )

    def _view_rule(self, rule: Rule, found: Iterable[Problem]) -> View:
        """View the problems of a rule; those with the same words share a message."""
        problems = sorted(self.view_all(found), key=lambda it: it.is_known)
        by_message = group_values(((it.message, it.hint), it) for it in problems)
        messages = [
            View(text=text, hint=hint, problems=places, is_many=len(places) > _MOST_OPEN)
            for (text, hint), places in sorted(by_message.items(), key=lambda it: -len(it[1]))
        ]
        kind = problems[0].kind
        return View(rule=rule, kind=kind, problems=problems, messages=messages)

    def view_all(self, problems: Iterable[Problem]) -> list[View]:
        return list(map(self._view, problems))

    def _view(self, problem: Problem) -> View:
        """View a problem; `tasks` are those of its document if it concerns none itself."""
        where, addresses = problem.location, self._links.addresses
        index = self._trace.task_index
        file, document = index.by_path.get(where.path), self._trace.documents.get(where.path)
        uri = addresses.task(file) if file else addresses.document(where.path)
        concerned = index.by_id.get(problem.task or "")
        tasks: tuple[Task, ...] = (concerned,) if concerned else ()
        if document and not tasks:
            tasks = self._trace.document_index.find_related_tasks(document)
        return View(
            severity=problem.severity.value,
            kind="known" if problem.baselined else problem.severity.value,
            rule=problem.rule,
            path=where.path,
            line=where.line,
            column=where.column,
            place=Anchor(
                text=f"{where.path}:{where.line}:{where.column}", url=self._links.make_url(uri)
            ),
            message=problem.message,
            hint=problem.hint,
            task=self._links.link_task(concerned) if concerned else None,
            owners=list(dict.fromkeys(owner for task in tasks for owner in task.owners)),
            phases=list(dict.fromkeys(self._links.link_phase(it.phase).text for it in tasks)),
            is_known=problem.baselined,
        )
