"""Problems as SARIF 2.1.0, the format of code scanning services.

Section numbers are those of the OASIS standard, SARIF 2.1.0 with errata 01.
"""

from collections import Counter
from urllib.parse import quote

from mkdocs_plantrace import __version__
from mkdocs_plantrace.checks.catalogue import CATALOGUE
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Rule
from mkdocs_plantrace.reports.check_report import Report, family_of, from_top
from mkdocs_plantrace.reports.json_text import Json, to_json

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_INDEX = {rule.code: index for index, rule in enumerate(CATALOGUE)}


def render(report: Report, folder: str) -> str:
    """One run with all rules and problems.

    `folder` is the project root relative to the top of the repository, '' for the top itself.
    """
    invocation: dict[str, Json] = {"executionSuccessful": True}
    if report.skipped:
        invocation["ruleConfigurationOverrides"] = [
            {"descriptor": {"id": code, "index": _INDEX[code]}, "configuration": {"enabled": False}}
            for code in report.skipped
        ]
    driver: Json = {
        "name": "plantrace",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in CATALOGUE],
    }
    run: Json = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": _results(report.problems, folder),
    }
    return to_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> Json:
    example = "\n".join(f"    {line}".rstrip() for line in rule.example.splitlines())
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.finds[:1].upper() + rule.finds[1:]},
        "fullDescription": {"text": f"This rule reports {rule.finds}. {rule.why}"},
        "help": {
            "text": f"Why: {rule.why}\n\nExample:\n\n{example}\n\nFix: {rule.fix}",
            "markdown": f"**Why:** {rule.why}\n\n**Example:**\n\n{example}\n\n**Fix:** {rule.fix}",
        },
        "defaultConfiguration": {"enabled": rule.default is not None, "level": rule.severity.value},
        "properties": {"tags": ["plantrace", family_of(rule)]},
    }


def _results(problems: tuple[Problem, ...], folder: str) -> list[Json]:
    """Number results with equal fingerprints, which services would merge."""
    seen: Counter[str] = Counter()
    results = []
    for problem in problems:
        seen[problem.fingerprint] += 1
        number = seen[problem.fingerprint]
        end = "" if number == 1 else f":{number}"
        results.append(_result(problem, problem.fingerprint + end, folder))
    return results


def _result(problem: Problem, fingerprint: str, folder: str) -> Json:
    """A result; states and suppressions are required in each by 3.27.23 and 3.27.24."""
    return {
        "ruleId": problem.rule.code,
        "ruleIndex": _INDEX[problem.rule.code],
        "level": problem.severity.value,
        "message": {"text": "\n".join(filter(None, (problem.message, problem.hint)))},
        "locations": [{"physicalLocation": _place(problem.location, folder)}],
        "partialFingerprints": {"plantrace/v1": fingerprint},
        "baselineState": "unchanged" if problem.baselined else "new",
        "suppressions": [_KNOWN] if problem.baselined else [],
    }


_KNOWN: Json = {
    "kind": "external",
    "status": "accepted",
    "justification": "Known problem, listed in the baseline.",
}


def _place(where: Location, folder: str) -> Json:
    path = from_top(folder, where.path)
    region: dict[str, Json] = {"startLine": where.line, "startColumn": where.column}
    region["endLine"] = where.end_line
    if (where.line, where.column) != (where.end_line, where.end_column):
        region["endColumn"] = where.end_column  # without it, the region ends at the line end
    return {
        "artifactLocation": {"uri": quote(path, errors="surrogatepass"), "uriBaseId": "%SRCROOT%"},
        "region": region,
    }
