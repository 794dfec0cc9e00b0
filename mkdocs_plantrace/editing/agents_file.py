"""Draft the section of `AGENTS.md` that tells coding agents how the record is kept."""

import os
import re
from pathlib import Path

from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.edits import Edit, decode, read_bytes
from mkdocs_plantrace.editing.markdown_excerpt import format_code
from mkdocs_plantrace.editing.new_task import read_built_in
from mkdocs_plantrace.utils.paths import make_relative

AGENTS_FILE = "AGENTS.md"
"""What agents of several vendors read, see agents.md."""
_TEMPLATE = "agents_section.md"
_START, _END = "<!-- plantrace:start -->", "<!-- plantrace:end -->"
_SECTION = re.compile(rf"{_START}.*?{_END}", re.DOTALL)
_EDITING = """\
- `plantrace new TASK-ID --title TITLE --phase PHASE` writes a task with its plan and log.
  `plantrace status TASK-ID in_progress` changes its status.
"""


def draft_agents_file(top: Path, folder: Path, *, can_edit: bool) -> Edit | None:
    """Add the section to the file at the top of a repository, or bring it up to date.

    Only what is between its two marks changes. `folder` is that of the configuration; `can_edit`
    if the layout has the commands that write tasks. None if there is nothing to change. Raises
    UnwritableFileError.
    """
    before = read_bytes(top, AGENTS_FILE) if os.path.lexists(top / AGENTS_FILE) else None
    text, encoding = decode(AGENTS_FILE, before or b"")
    line_end = "\r\n" if "\r\n" in text else "\n"
    section = f"{_START}\n{_render(top, folder, can_edit=can_edit)}{_END}".replace("\n", line_end)
    marks = text.count(_START), text.count(_END)
    if marks == (1, 1) and _SECTION.search(text):
        after = _SECTION.sub(lambda _: section, text)
    elif marks != (0, 0):
        raise UnwritableFileError(
            f"'{AGENTS_FILE}' cannot be edited: it needs one '{_START}' and one '{_END}' after it"
        )
    else:
        space = "" if not text else line_end if text.endswith("\n") else line_end * 2
        after = f"{text}{space}{section}{line_end}"
    written = after.encode(encoding if before else "utf-8")
    return Edit(path=AGENTS_FILE, before=before, after=written) if written != before else None


def _render(top: Path, folder: Path, *, can_edit: bool) -> str:
    where = "this folder" if folder == top else format_code(make_relative(folder, top))
    text = read_built_in(_TEMPLATE).replace("<FOLDER>", where)
    return text.replace("<EDITING>", _EDITING if can_edit else "")
