"""The outcome of a check as JUnit XML: a case for each task and family of rules.

The elements and attributes are those that the schema of Jenkins' xUnit plugin (`junit-10.xsd`)
allows. It has none for the file or line of a case, so the suite has the file.
"""

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.reports.check_report import FAMILIES, Report, family_of
from mkdocs_plantrace.reports.text_report import format_headline, format_line
from mkdocs_plantrace.utils.terminal import visible

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 does not allow (section 2.2)."""


def render(report: Report, *, strict: bool) -> str:
    """A suite for the project, then one for each task in the order of the report.

    Errors fail a case, warnings only if `strict`, known problems never.
    """
    grouped: dict[str | None, list[Problem]] = {None: []}
    tasks = report.tasks if report.judged is None else report.judged
    grouped.update({task: [] for task in tasks})
    for problem in report.problems:
        grouped.setdefault(problem.task, []).append(problem)
    top = ET.Element("testsuites", name="plantrace")
    for task, problems in grouped.items():
        top.append(_suite(task, problems, () if task else report.skipped, strict=strict))
    for number in ("tests", "failures", "errors"):
        top.set(number, str(sum(int(suite.get(number, 0)) for suite in top)))
    ET.indent(top, " ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(top, encoding="unicode")}\n'


def _suite(
    task: str | None, problems: list[Problem], skipped: Iterable[str], *, strict: bool
) -> ET.Element:
    name = _legal(f"plantrace.{task}" if task else "project")
    suite = ET.Element("testsuite", name=name)
    if skipped:
        properties = ET.SubElement(suite, "properties")
        for code in skipped:
            ET.SubElement(properties, "property", name=f"rule.{code}", value="off")
    first = None
    for family in FAMILIES:
        case = ET.SubElement(suite, "testcase", classname=name, name=family)
        own = [problem for problem in problems if family_of(problem.rule) == family]
        failing = [
            it for it in own if not it.baselined and (strict or it.severity is Severity.ERROR)
        ]
        passing = [problem for problem in own if problem not in failing]
        if failing:
            first = first or failing[0]
            kind, message = failing[0].rule.code, _legal(format_headline(failing[0]))
            ET.SubElement(case, "failure", type=kind, message=message).text = _text(failing)
        if passing:
            ET.SubElement(case, "system-out").text = _text(passing)
    failures = str(len(suite.findall("*/failure")))
    numbers = {"tests": str(len(FAMILIES)), "failures": failures, "errors": "0", "skipped": "0"}
    suite.attrib |= numbers
    if first:
        suite.set("file", _legal(first.location.path))
    return suite


def _text(problems: Iterable[Problem]) -> str:
    lines = []
    for problem in problems:
        lines.append(format_line(problem))
        lines += [f"  = {visible(problem.hint)}"] if problem.hint else []
    return _legal("\n".join(lines))


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
