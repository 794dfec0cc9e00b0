"""Write into a log why a task was completed although the check reports problems."""

from collections.abc import Iterable, Mapping, Sequence

from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.command_output import remove_controls
from mkdocs_plantrace.editing.edits import Edit, decode
from mkdocs_plantrace.editing.entry_writer import append_section
from mkdocs_plantrace.editing.markdown_excerpt import format_block, format_code, format_literal
from mkdocs_plantrace.model.rule import Rule
from mkdocs_plantrace.model.task import Task


def append_override(
    path: str,
    before: bytes,
    heading: str,
    reason: str,
    rules: Iterable[Rule],
    labels: Mapping[str, str],
) -> Edit:
    """Return the edit that adds the reason and the rules that report a problem, once a day.

    Raises UnwritableFileError if the log's entries would be read differently.
    """
    words = " ".join(remove_controls(reason).split())
    open_rules = ", ".join(sorted({f"{rule.code} {rule.name}" for rule in rules}))
    reported = [f"- Reported by the check: {open_rules}"] if open_rules else []
    label = "- Completed with `--force`, because:"
    forms = (
        [f"{label} {format_literal(words)}"],
        [f"{label} {format_code(words)}"],
        [label, "", *format_block(words)],
    )
    for form in forms:
        lines = [f"### {heading}", "", *reported, *form]
        if _has_lines(path, before, lines):  # from a command that was killed before it ended
            return Edit(path=path, before=before, after=before)
        if edit := append_section(path, before, lines, labels):
            return edit
    raise UnwritableFileError(
        f"the reason would change how an entry of the log is read: '{path}' was not changed"
    )


def _has_lines(path: str, content: bytes, lines: Sequence[str]) -> bool:
    text = "\n".join(decode(path, content)[0].splitlines())
    return "\n".join(["", *lines, ""]) in f"\n{text}\n"


def format_override_heading(date: str, task: Task, status: str) -> str:
    return f"{date} — {format_literal(task.id)} set to {format_literal(status)}"
