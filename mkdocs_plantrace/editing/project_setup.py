"""Draft the files of a new project: configuration, templates, schema, pipeline."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.edits import Edit, check_parent_folders, decode, read_bytes
from mkdocs_plantrace.editing.new_task import SCHEMA_FILE, read_built_in, render_metadata_template
from mkdocs_plantrace.parsing.plugin_options import NoPlaceError, set_up_plugin
from mkdocs_plantrace.parsing.yaml.yaml_edits import as_scalar
from mkdocs_plantrace.reports import metadata_schema
from mkdocs_plantrace.utils.globs import compile_globs, find_base_folder

PIPELINES = {"github": ".github/workflows/plantrace.yml", "gitlab": ".gitlab-ci.yml"}
"""The configuration file of each service that can run the check."""
_PLACEHOLDER = re.compile(r"<[A-Z][A-Z-]*>")


def draft_configuration(folder: Path, name: str) -> Edit | None:
    """Add the plugin; None if there is nothing to add. Raises UnwritableFileError."""
    before = read_bytes(folder, name) if (folder / name).exists() else None
    if before is None or not before.strip():
        site = as_scalar(folder.absolute().name or "Project record")
        text = set_up_plugin(f"site_name: {site}\n")
        return Edit(path=name, before=before, after=(before or b"") + text.encode())
    text, encoding = decode(name, before)
    try:
        after = set_up_plugin(text).encode(encoding)
    except NoPlaceError as error:
        raise UnwritableFileError(f"'{name}' cannot be edited: {error}") from error
    return Edit(path=name, before=before, after=after) if after != before else None


def draft_files(root: Path, docs_dir: str, settings: Settings, pipeline: str) -> list[Edit]:
    """Return the files that do not exist yet; `docs_dir` is relative to the root.

    `pipeline` is a key of PIPELINES or empty. Raises UnwritableFileError.
    """
    files = dict(_draft_texts(docs_dir, settings, pipeline))
    if any((root / docs_dir / name).exists() for name in ("index.md", "README.md", "index.html")):
        del files[posixpath.join(docs_dir, "index.md")]
    edits = [
        Edit(path=path, before=None, after=text.encode())
        for path, text in files.items()
        if not (root / path).exists()
    ]
    check_parent_folders(root, edits)
    return edits


def _draft_texts(docs_dir: str, settings: Settings, pipeline: str) -> Iterator[tuple[str, str]]:
    home = read_built_in("index.md").replace("<TITLE>", "Project record")
    yield posixpath.join(docs_dir, "index.md"), home.replace("trace/", f"{settings.prefix}/")
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
    if pipeline:
        yield PIPELINES[pipeline], read_built_in(f"{pipeline}.yml")


def _name_template(glob: str, default: str) -> str:
    """Return the file name of the glob; the default if the glob matches it."""
    last = posixpath.basename(glob)
    is_default = last == "**" or compile_globs([last])(default)
    return default if is_default else re.sub(r"\*+", "template", last)
