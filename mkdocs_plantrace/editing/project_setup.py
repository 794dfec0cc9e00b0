"""Draft the files of `plantrace init`: configuration, templates, pipeline, `AGENTS.md`."""

import json
import os
import posixpath
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from mkdocs_plantrace import __version__
from mkdocs_plantrace.config.layouts import DEFAULT
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, resolve_in_root
from mkdocs_plantrace.editing.edits import Edit, check_parent_folders, decode, read_bytes
from mkdocs_plantrace.editing.markdown_excerpt import format_code
from mkdocs_plantrace.editing.new_task import SCHEMA_FILE, read_built_in, render_metadata_template
from mkdocs_plantrace.parsing.plugin_options import NoPlaceError, Options, set_up_plugin
from mkdocs_plantrace.parsing.yaml.yaml_edits import as_scalar
from mkdocs_plantrace.project.file_tree import is_inside
from mkdocs_plantrace.project.project_markers import (
    CONFIGURATION_NAMES,
    find_configuration_in,
    find_used_layouts,
)
from mkdocs_plantrace.reports import metadata_schema
from mkdocs_plantrace.utils.globs import compile_globs, find_base_folder, is_template
from mkdocs_plantrace.utils.paths import make_relative

_PLACEHOLDER = re.compile(r"<[A-Z][A-Z-]*>")
_FILES = {"github": ".github/workflows/plantrace.yml", "gitlab": ".gitlab-ci.yml"}
"""Where each service reads its configuration, from the top of a repository."""
_FORMATS = {"github": "--format github", "gitlab": "--format junit --output plantrace.xml"}
SERVICES = tuple(_FILES)
_PACKAGE = "mkdocs-plantrace"
_PINNED = "Pinned, so that a new version cannot break this pipeline"
_LOCAL = "Until the package index has this version, install plantrace from a Git address"
AGENTS_FILE = "AGENTS.md"
"""What agents of several vendors read, see agents.md."""
_START, _END = "<!-- plantrace:start -->", "<!-- plantrace:end -->"
_SECTION = re.compile(rf"{_START}.*?{_END}", re.DOTALL)
_EDITING = """\
- `plantrace new TASK-ID --title TITLE --phase PHASE` writes a task with its plan and log.
  `plantrace status TASK-ID in_progress` changes its status.
"""


def choose_root(folder: Path, docs_dir: str, top: Path | None, settings: Settings) -> Path:
    """Return the nearest folder above the configuration that has the record and docs_dir.

    Without a record, it is the nearest one that has docs_dir. `top` is that of the repository.
    """
    documents = os.path.normpath(folder / docs_dir)
    if top is None:
        is_near = Path(documents).anchor == folder.anchor
        common = Path(os.path.commonpath([folder, documents])) if is_near else folder
        top = folder if common == Path(folder.anchor) else common
    above = [one for one in (folder, *folder.parents) if one == top or top in one.parents]
    possible = [one for one in above if is_inside(documents, os.fspath(one))]
    with_record = (one for one in possible if _has_record(one, settings))
    return next(with_record, next(iter(possible), folder))


def _has_record(folder: Path, settings: Settings) -> bool:
    if find_used_layouts(folder):
        return True
    found = (path.relative_to(folder) for glob in settings.tasks for path in folder.glob(glob))
    return any(not is_template(path.as_posix()) for path in found)


def choose_layouts(root: Path) -> tuple[str, ...]:
    """Return the recognized layouts of a project without the plugin; none for the default alone."""
    found = find_used_layouts(root)
    return () if found == (DEFAULT,) else found


def draft_configuration(
    folder: Path, name: str, options: Options, *, has_templates: bool
) -> Edit | None:
    """Add the plugin; None if there is nothing to add. Raises UnwritableFileError."""
    before = read_bytes(folder, name) if os.path.exists(folder / name) else None
    if before is None or not before.strip():
        site = as_scalar(folder.absolute().name or "Project record")
        text = set_up_plugin(f"site_name: {site}\n", options, has_templates=has_templates)
        return Edit(path=name, before=before, after=(before or b"") + text.encode())
    text, encoding = decode(name, before)
    try:
        after = set_up_plugin(text, options, has_templates=has_templates).encode(encoding)
    except NoPlaceError as error:
        raise UnwritableFileError(f"'{name}' cannot be edited: {error}") from error
    return Edit(path=name, before=before, after=after) if after != before else None


def draft_files(root: Path, docs_dir: str, settings: Settings) -> list[Edit]:
    """Return the files that do not exist yet; `docs_dir` is relative to the root.

    Raises UnwritableFileError.
    """
    files = dict(_draft_texts(docs_dir, settings))
    if any(
        os.path.exists(root / docs_dir / name) for name in ("index.md", "README.md", "index.html")
    ):
        del files[posixpath.join(docs_dir, "index.md")]
    edits = [
        Edit(path=path, before=None, after=text.encode())
        for path, text in files.items()
        if not os.path.exists(root / path)
    ]
    check_parent_folders(root, edits)
    return edits


def _draft_texts(docs_dir: str, settings: Settings) -> Iterator[tuple[str, str]]:
    """The home page, the templates of a task, and the schema of its metadata."""
    home = read_built_in("index.md").replace("<TITLE>", "Project record")
    yield posixpath.join(docs_dir, "index.md"), home.replace("trace/", f"{settings.prefix}/")
    if not settings.has_default_layout:
        return
    tasks = find_base_folder(settings.tasks[0])
    metadata = render_metadata_template(settings).replace("<STATUS>", "planned")
    # Without quotes, YAML would not read every placeholder as text.
    metadata = _PLACEHOLDER.sub(r"'\g<0>'", metadata)
    name = _name_template(settings.tasks[0], "meta.yml")
    yield posixpath.join(tasks, "_template", name), metadata
    for glob, name in ((settings.plans[0], "PLAN.md"), (settings.logs[0], "EXEC_LOG.md")):
        folder = posixpath.join(docs_dir, find_base_folder(glob) or "plans", "_template")
        yield posixpath.join(folder, _name_template(glob, name)), read_built_in(name)
    if not settings.schema:
        yield posixpath.join(tasks, SCHEMA_FILE), metadata_schema.render(settings)


def _name_template(glob: str, default: str) -> str:
    """Return the file name of the glob; the default if the glob matches it."""
    last = posixpath.basename(glob)
    is_default = last == "**" or compile_globs([last])(default)
    return default if is_default else re.sub(r"\*+", "template", last)


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
    text = read_built_in("agents_section.md").replace("<FOLDER>", where)
    return text.replace("<EDITING>", _EDITING if can_edit else "")
