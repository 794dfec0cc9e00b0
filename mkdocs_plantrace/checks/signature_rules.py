"""The registry of signatures: missing pages, and names that are not clear."""

from collections.abc import Iterator

from mkdocs_plantrace.checks.document_rules import BROKEN_DOCUMENT_LINK
from mkdocs_plantrace.checks.hints import find_similar_id, find_similar_path
from mkdocs_plantrace.model.log_entry import Signature
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.parsing.metadata.metadata_rules import OUTSIDE_ROOT
from mkdocs_plantrace.project.path_resolver import Fault
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.cycles import find_cycles
from mkdocs_plantrace.utils.did_you_mean import Series, format_suggestion

UNCLEAR_SIGNATURE = Rule(
    "PT115",
    "unclear-signature",
    Severity.ERROR,
    finds="""\
a name in the registry of signatures that does not belong to exactly one signature: an alias of \
two signatures, or a `superseded_by` that is not a signature or forms a cycle""",
    why="""\
Entries of old logs are listed under the current name of their signature. If a name is not clear, \
one error counts as two, or two count as one.""",
    language="yaml",
    example="""\
DB.LOCK:
  superseded_by: DB.LOCKS   # not a signature
DB.DEADLOCK:
  aliases: [DB.LOCK]        # which is a signature itself
""",
    fix="""\
Give each alias to one signature, and set `superseded_by` to the signature that is in use.""",
)


def find_broken_playbooks(trace: Trace) -> Iterator[Problem]:
    """Find PT108, and PT011 for a path out of the root; at the path."""
    for signature in _registered(trace):
        playbook = signature.playbook
        resolved = trace.resolver.playbook(playbook.value) if playbook else None
        if playbook is None or resolved is None or resolved.fault is None:
            continue
        if resolved.fault.is_outside:
            message = f"'{playbook.value}' {resolved.fault.value}"
            yield create_problem(OUTSIDE_ROOT, playbook, message)
            continue
        message = f"no file '{playbook.value}'"
        if resolved.fault is Fault.FOLDER:
            message = f"'{playbook.value}' is a folder, not a file"
        hint = format_suggestion(
            find_similar_path(trace, resolved.path or playbook.value), playbook.value
        )
        yield create_problem(BROKEN_DOCUMENT_LINK, playbook, message, hint=hint)


def find_unclear_names(trace: Trace) -> Iterator[Problem]:
    """Find PT115, at the alias or the name of the successor."""
    names = Series(trace.signatures)
    for signature in _registered(trace):
        yield from _claimed_twice(trace, signature)
        successor = signature.superseded_by
        if successor and successor.value not in trace.signatures:
            yield create_problem(
                UNCLEAR_SIGNATURE,
                successor,
                f"superseded_by: no signature '{successor.value}'",
                hint=format_suggestion(find_similar_id(successor.value, names), successor.value),
            )
    yield from _cycles(trace)


def _registered(trace: Trace) -> Iterator[Signature]:
    """The signatures without aliases, in the order of the registry."""
    return (signature for name, signature in trace.signatures.items() if name == signature.name)


def _claimed_twice(trace: Trace, signature: Signature) -> Iterator[Problem]:
    for alias in signature.aliases:
        holder = trace.signatures[alias.value]
        if holder is signature:
            continue
        what = "a signature" if holder.name == alias.value else f"an alias of '{holder.name}'"
        yield create_problem(
            UNCLEAR_SIGNATURE,
            alias,
            f"alias '{alias.value}' is already {what} in line {holder.location.line}",
        )


def _cycles(trace: Trace) -> Iterator[Problem]:
    successors = {
        signature.name: [
            known.name
            for successor in filter(None, [signature.superseded_by])
            if (known := trace.signatures.get(successor.value))
        ]
        for signature in _registered(trace)
    }
    for cycle in find_cycles(successors):
        if successor := trace.signatures[cycle[0]].superseded_by:
            path = " → ".join(cycle)
            message = f"superseded_by cycle: {path}"
            yield create_problem(UNCLEAR_SIGNATURE, successor, message, target=path)
