"""What `list` and `next` share: the filters of tasks, and how a list is printed."""

import sys
from collections.abc import Collection, Sequence

import click

from mkdocs_plantrace.cli.arguments import suggest
from mkdocs_plantrace.cli.completion import complete_owner, complete_phase
from mkdocs_plantrace.cli.console import FAILED, UnknownNameError, print_message, print_text
from mkdocs_plantrace.cli.options import format_option
from mkdocs_plantrace.reports.task_list import RENDERERS, Columns, Row
from mkdocs_plantrace.trace.list_selection import TaskFilter
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import Series
from mkdocs_plantrace.utils.order import id_order

list_format = format_option(*RENDERERS)
phase_filter = click.option(
    "--phase",
    "-p",
    "phases",
    multiple=True,
    shell_complete=complete_phase,
    metavar="PHASE",
    help="Only tasks of this phase, '' for tasks without one. Can be repeated.",
)
owner_filter = click.option(
    "--owner",
    "owners",
    multiple=True,
    shell_complete=complete_owner,
    metavar="NAME",
    help="Only tasks of this owner, '' for tasks without one. Can be repeated.",
)


def check_filter(trace: Trace, chosen: TaskFilter) -> None:
    """Raise UnknownNameError for a phase or an owner that no task has."""
    _check("phase", chosen.phases, [phase.name for phase in trace.task_index.phases])
    _check("owner", chosen.owners, sorted(trace.task_index.owners, key=id_order))


def _check(field: str, wanted: Collection[str], found: Sequence[str]) -> None:
    known = [*filter(None, found)]
    for name in filter(None, wanted) if found else ():
        if name not in known:
            hint = suggest(Series(known).most_similar(name))
            names = f"the {field}s are {', '.join(known)}" if known else "no task has one"
            raise UnknownNameError(f"no {field} '{name}'{hint}\n{names}")


def print_tasks(trace: Trace, form: str, rows: Sequence[Row], columns: Columns, none: str) -> None:
    """Print a list; if it is empty, print the message `none` and end the command with 1."""
    print_text(RENDERERS[form](rows, columns))
    if len(trace.resolver.sources) > len(trace.tasks):
        print_message("some metadata cannot be read, see 'plantrace check'")
    if not rows:
        print_message(none)
        sys.exit(FAILED)
