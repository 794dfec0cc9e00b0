"""Draft the files of a new project: configuration, templates, schema."""

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs_plantrace.config.layouts import DEFAULT
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.edits import Edit, check_parent_folders, decode, read_bytes
from mkdocs_plantrace.editing.new_task import SCHEMA_FILE, read_built_in, render_metadata_template
from mkdocs_plantrace.parsing.plugin_options import NoPlaceError, Options, set_up_plugin
from mkdocs_plantrace.parsing.yaml.yaml_edits import as_scalar
from mkdocs_plantrace.project.file_tree import is_inside
from mkdocs_plantrace.project.project_markers import find_used_layouts
from mkdocs_plantrace.reports import metadata_schema
from mkdocs_plantrace.utils.globs import compile_globs, find_base_folder, is_template

_PLACEHOLDER = re.compile(r"<[A-Z][A-Z-]*>")


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
    return bool(find_used_layouts(folder)) or _has_metadata(folder, settings)


def _has_metadata(folder: Path, settings: Settings) -> bool:
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
    home = read_built_in("index.md").replace("<TITLE>", "Project record")
    yield posixpath.join(docs_dir, "index.md"), home.replace("trace/", f"{settings.prefix}/")
    if settings.has_default_layout:
        yield from _draft_templates(docs_dir, settings)


def _draft_templates(docs_dir: str, settings: Settings) -> Iterator[tuple[str, str]]:
    """The templates of a task, and the schema of its metadata."""
    tasks = find_base_folder(settings.tasks[0])
    yield (
        posixpath.join(tasks, "_template", _name_template(settings.tasks[0], "meta.yml")),
        # Without quotes, YAML would not read every placeholder as text.
        _PLACEHOLDER.sub(
            r"'\g<0>'", render_metadata_template(settings).replace("<STATUS>", "planned")
        ),
    )
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
