"""Thinks out what makes a folder a project: configuration, templates, schema, pipeline."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.edits import Edit, decoded, read_bytes, refuse_blocked
from mkdocs_plantrace.editing.new_task import SCHEMA_FILE, built_in, metadata_template
from mkdocs_plantrace.parsing.plugin_entry import NoPlaceError, set_up
from mkdocs_plantrace.parsing.yaml.yaml_edits import as_scalar
from mkdocs_plantrace.reports import metadata_schema
from mkdocs_plantrace.utils.globs import fixed_folder, matcher

PIPELINES = {"github": ".github/workflows/plantrace.yml", "gitlab": ".gitlab-ci.yml"}
"""The file of each service that may run the check."""
_PLACEHOLDER = re.compile(r"<[A-Z][A-Z-]*>")


def draft_configuration(folder: Path, name: str) -> Edit | None:
    """The configuration with the plugin in it, or None. Raises UnwritableFileError."""
    before = read_bytes(folder, name) if (folder / name).exists() else None
    if before is None or not before.strip():
        site = as_scalar(folder.absolute().name or "Project record")
        text = set_up(f"site_name: {site}\n")
        return Edit(path=name, before=before, after=(before or b"") + text.encode())
    written, encoding = decoded(name, before)
    try:
        after = set_up(written).encode(encoding)
    except NoPlaceError as error:
        raise UnwritableFileError(f"'{name}' cannot be edited: {error}") from error
    return Edit(path=name, before=before, after=after) if after != before else None


def draft_files(root: Path, docs_dir: str, settings: Settings, pipeline: str) -> list[Edit]:
    """The files that are not there yet; `docs_dir` is relative to the root.

    `pipeline` is a key of PIPELINES, or empty.
    """
    found = dict(_files(docs_dir, settings, pipeline))
    if any((root / docs_dir / name).exists() for name in ("index.md", "README.md", "index.html")):
        del found[posixpath.join(docs_dir, "index.md")]
    edits = [
        Edit(path=path, before=None, after=text.encode())
        for path, text in found.items()
        if not (root / path).exists()
    ]
    refuse_blocked(root, edits)
    return edits


def _files(docs_dir: str, settings: Settings, pipeline: str) -> Iterator[tuple[str, str]]:
    home = built_in("index.md").replace("<TITLE>", "Project record")
    yield posixpath.join(docs_dir, "index.md"), home.replace("trace/", f"{settings.prefix}/")
    tasks = fixed_folder(settings.tasks[0])
    yield (
        posixpath.join(tasks, "_template", _last(settings.tasks[0], "meta.yml")),
        # Plain, YAML would read some placeholders as something else than text.
        _PLACEHOLDER.sub(r"'\g<0>'", metadata_template(settings).replace("<STATUS>", "planned")),
    )
    for glob, name in ((settings.plans[0], "PLAN.md"), (settings.logs[0], "EXEC_LOG.md")):
        folder = posixpath.join(docs_dir, fixed_folder(glob) or "plans", "_template")
        yield posixpath.join(folder, _last(glob, name)), built_in(name)
    if not settings.schema:
        yield posixpath.join(tasks, SCHEMA_FILE), metadata_schema.render(settings)
    if pipeline:
        yield PIPELINES[pipeline], built_in(f"{pipeline}.yml")


def _last(glob: str, usual: str) -> str:
    """The name of a template; where the glob leaves it open, the usual one if that will do."""
    last = posixpath.basename(glob)
    is_usual = last == "**" or matcher([last])(usual)
    return usual if is_usual else re.sub(r"\*+", "template", last)
