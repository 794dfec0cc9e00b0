"""Draft the pipeline that runs the check, and the section of `AGENTS.md`."""

import json
import os
import re
import shlex
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from mkdocs_plantrace import __version__
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, resolve_in_root
from mkdocs_plantrace.editing.edits import Edit, check_parent_folders, decode, read_bytes
from mkdocs_plantrace.editing.markdown_excerpt import format_code
from mkdocs_plantrace.editing.new_task import read_built_in
from mkdocs_plantrace.parsing.yaml.yaml_edits import as_scalar
from mkdocs_plantrace.project.configuration_file import CONFIGURATION_NAMES, find_configuration_in
from mkdocs_plantrace.utils.paths import make_relative

_FILES = {"github": ".github/workflows/plantrace.yml", "gitlab": ".gitlab-ci.yml"}
"""Where each service reads its configuration, from the top of a repository."""
_FORMATS = {"github": "--format github", "gitlab": "--format junit --output plantrace.xml"}
SERVICES = tuple(_FILES)
_PACKAGE = "mkdocs-plantrace"
_PINNED = "Pinned, so that a new version cannot break this pipeline"
_LOCAL = "Until the package index has this version, install plantrace from a Git address"
AGENTS_FILE = "AGENTS.md"
"""What agents of several vendors read, see agents.md."""
_TEMPLATE = "agents_section.md"
_START, _END = "<!-- plantrace:start -->", "<!-- plantrace:end -->"
_SECTION = re.compile(rf"{_START}.*?{_END}", re.DOTALL)
_EDITING = """\
- `plantrace new TASK-ID --title TITLE --phase PHASE` writes a task with its plan and log.
  `plantrace status TASK-ID in_progress` changes its status.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """A configuration of a service; `path` is relative to `top`.

    `edit` is None if there is a file already; `is_complete` if that file runs the check.
    `requirement` is what it installs; `is_local` if plantrace is installed from a folder or file.
    """

    top: Path
    path: str
    text: str
    edit: Edit | None
    is_complete: bool
    requirement: str
    is_local: bool


def find_service(top: Path) -> str:
    """Return the service of a repository: GitHub, unless it has a file for another one."""
    return "gitlab" if os.path.exists(top / _FILES["gitlab"]) else "github"


def draft_pipeline(service: str, top: Path, configuration: Path) -> Pipeline:
    """Draft the pipeline that checks the site of a configuration below `top`.

    Raises UnwritableFileError.
    """
    requirement, is_local = _find_requirement()
    name = _name_configuration(top, configuration)
    check = f"plantrace check -f {shlex.quote(name)}" if name else "plantrace check"
    values = {
        "<SOURCE>": _LOCAL if is_local else _PINNED,
        "<INSTALL>": as_scalar(f"pip install {shlex.quote(requirement)}"),
        "<CHECK>": as_scalar(f"{check} {_FORMATS[service]}"),
    }
    text = read_built_in(f"{service}.yml")
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    path = _FILES[service]
    file = resolve_in_root(top, path)
    edit = None if os.path.exists(file) else Edit(path=path, before=None, after=text.encode())
    check_parent_folders(top, [edit] if edit else [])
    existing = file.read_bytes() if os.path.isfile(file) else b""
    is_complete = all(words.encode() in existing for words in ("plantrace check", name))
    return Pipeline(
        top=top,
        path=path,
        text=text,
        edit=edit,
        is_complete=is_complete,
        requirement=requirement,
        is_local=is_local,
    )


def _find_requirement() -> tuple[str, bool]:
    """Return what a pipeline installs, and whether plantrace is installed from a folder or file.

    That is the installed version, or the commit if it was installed from a repository.
    """
    pinned = f"{_PACKAGE}=={__version__}"
    try:
        source = json.loads(distribution(_PACKAGE).read_text("direct_url.json") or "null")
    except (PackageNotFoundError, ValueError):
        return pinned, True
    if source is None or "vcs_info" not in source:
        return pinned, source is not None
    vcs, commit = source["vcs_info"]["vcs"], source["vcs_info"]["commit_id"]
    return f"{_PACKAGE} @ {vcs}+{source['url']}@{commit}", False


def _name_configuration(top: Path, configuration: Path) -> str:
    """Return its path from the top of the repository; '' if it is found there without."""
    is_default = configuration.parent == top and configuration.name in CONFIGURATION_NAMES
    if is_default and find_configuration_in(top) in (None, configuration):
        return ""
    return make_relative(configuration, top)


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
