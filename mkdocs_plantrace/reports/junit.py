"""The outcome of a check as JUnit XML: a case for each task and family of rules.

The elements and attributes are those that the schema of Jenkins' xUnit plugin (`junit-10.xsd`)
allows; it has none for the file or line of a case, so the file stands with the suite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.reports.families import FAMILIES, family_of
from mkdocs_plantrace.reports.report import Report
from mkdocs_plantrace.reports.text import headline, visible
from mkdocs_plantrace.rules import Severity

_PROJECT = "project"
"""The suite of problems that concern no task."""

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (section 2.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A family of rules for one task: what fails it, and what is only told."""

    family: str
    failing: tuple[Problem, ...]
    told: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suite:
    """The cases of one task, or of the project."""

    name: str
    cases: tuple[_Case, ...]

    @property
    def failing(self) -> tuple[Problem, ...]:
        return tuple(problem for case in self.cases for problem in case.failing)

    @property
    def failures(self) -> int:
        return sum(bool(case.failing) for case in self.cases)


def render(report: Report, *, strict: bool) -> str:
    """A suite for the project, then one for each task, in the order of the report.

    Errors fail a case, warnings only if the check is `strict`; known problems never do.
    """
    suites = tuple(_suites(report, strict=strict))
    totals = _counts(
        sum(len(suite.cases) for suite in suites), sum(suite.failures for suite in suites)
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="plantrace"{totals}>']
    for suite in suites:
        lines.extend(_suite_lines(suite, report.skipped if suite is suites[0] else ()))
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _suites(report: Report, *, strict: bool) -> Iterator[_Suite]:
    grouped: dict[str | None, list[Problem]] = {None: []}
    tasks = report.tasks if report.judged is None else report.judged
    grouped.update({task: [] for task in tasks})
    for problem in report.problems:
        grouped.setdefault(problem.task, []).append(problem)
    for task, problems in grouped.items():
        name = _PROJECT if task is None else f"plantrace.{task}"
        yield _Suite(name=name, cases=tuple(_cases(problems, strict=strict)))


def _cases(problems: list[Problem], *, strict: bool) -> Iterator[_Case]:
    for family in FAMILIES:
        own = [problem for problem in problems if family_of(problem.rule) == family]
        failing = tuple(problem for problem in own if _fails(problem, strict=strict))
        told = tuple(problem for problem in own if not _fails(problem, strict=strict))
        yield _Case(family=family, failing=failing, told=told)


def _fails(problem: Problem, *, strict: bool) -> bool:
    return not problem.baselined and (strict or problem.severity is Severity.ERROR)


def _suite_lines(suite: _Suite, skipped: Iterable[str]) -> Iterator[str]:
    file = f' file="{_xml(suite.failing[0].location.path)}"' if suite.failing else ""
    counts = _counts(len(suite.cases), suite.failures)
    yield f' <testsuite name="{_xml(suite.name)}"{counts} skipped="0"{file}>'
    properties = [f'   <property name="rule.{_xml(code)}" value="off"/>' for code in skipped]
    if properties:
        yield from ("  <properties>", *properties, "  </properties>")
    for case in suite.cases:
        yield from _case_lines(suite.name, case)
    yield " </testsuite>"


def _case_lines(classname: str, case: _Case) -> Iterator[str]:
    head = f'  <testcase classname="{_xml(classname)}" name="{case.family}"'
    if not case.failing and not case.told:
        yield f"{head}/>"
        return
    yield f"{head}>"
    if case.failing:
        first = case.failing[0]
        head = f'<failure type="{first.rule.code}" message="{_xml(headline(first))}">'
        yield f"   {head}{_text(case.failing)}</failure>"
    if case.told:
        yield f"   <system-out>{_text(case.told)}</system-out>"
    yield "  </testcase>"


def _text(problems: Iterable[Problem]) -> str:
    return "\n".join(_xml(line) for problem in problems for line in _lines(problem))


def _lines(problem: Problem) -> Iterator[str]:
    yield headline(problem) + (" (known)" if problem.baselined else "")
    if problem.hint:
        yield f"  = {visible(problem.hint)}"


def _counts(tests: int, failures: int) -> str:
    return f' tests="{tests}" failures="{failures}" errors="0"'


def _xml(text: str) -> str:
    text = _ILLEGAL.sub("\ufffd", visible(text))
    return escape(text, quote=False).replace('"', "&quot;")
