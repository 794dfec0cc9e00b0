"""Draft the pipeline that runs the check of a project."""

import json
import os
import shlex
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from mkdocs_plantrace import __version__
from mkdocs_plantrace.editing.atomic_file import resolve_in_root
from mkdocs_plantrace.editing.edits import Edit, check_parent_folders
from mkdocs_plantrace.editing.new_task import read_built_in
from mkdocs_plantrace.parsing.yaml.yaml_edits import as_scalar
from mkdocs_plantrace.project.project_markers import CONFIGURATION_NAMES, find_configuration_in
from mkdocs_plantrace.utils.paths import make_relative

_FILES = {"github": ".github/workflows/plantrace.yml", "gitlab": ".gitlab-ci.yml"}
"""Where each service reads its configuration, from the top of a repository."""
_FORMATS = {"github": "--format github", "gitlab": "--format junit --output plantrace.xml"}
SERVICES = tuple(_FILES)
_PACKAGE = "mkdocs-plantrace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a pipeline installs; `is_local` if plantrace was installed from a folder or file."""

    specifier: str
    is_local: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """A configuration of a service; `path` is relative to `top`.

    `edit` is None if there is a file already; `is_complete` if that file runs the check.
    """

    top: Path
    path: str
    text: str
    edit: Edit | None
    is_complete: bool
    requirement: Requirement


def find_service(top: Path) -> str:
    """Return the service of a repository: GitHub, unless it has a file for another one."""
    return "gitlab" if os.path.exists(top / _FILES["gitlab"]) else "github"


def draft_pipeline(
    service: str, top: Path, configuration: Path, requirement: Requirement
) -> Pipeline:
    """Draft the pipeline that checks the site of a configuration below `top`.

    Raises UnwritableFileError.
    """
    name = _name_configuration(top, configuration)
    check = f"plantrace check -f {shlex.quote(name)}" if name else "plantrace check"
    values = {
        "<SOURCE>": _describe(requirement),
        "<INSTALL>": as_scalar(f"pip install {shlex.quote(requirement.specifier)}"),
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
    )


def find_requirement() -> Requirement:
    """Return the installed version, or the commit if it was installed from a repository."""
    pinned = f"{_PACKAGE}=={__version__}"
    try:
        source = json.loads(distribution(_PACKAGE).read_text("direct_url.json") or "null")
    except (PackageNotFoundError, ValueError):
        return Requirement(specifier=pinned, is_local=True)
    if source is None:
        return Requirement(specifier=pinned, is_local=False)
    if "vcs_info" not in source:
        return Requirement(specifier=pinned, is_local=True)
    vcs, commit = source["vcs_info"]["vcs"], source["vcs_info"]["commit_id"]
    return Requirement(specifier=f"{_PACKAGE} @ {vcs}+{source['url']}@{commit}", is_local=False)


def _describe(requirement: Requirement) -> str:
    if requirement.is_local:
        return "Until the package index has this version, install plantrace from a Git address"
    return "Pinned, so that a new version cannot break this pipeline"


def _name_configuration(top: Path, configuration: Path) -> str:
    """Return its path from the top of the repository; '' if it is found there without."""
    is_default = configuration.parent == top and configuration.name in CONFIGURATION_NAMES
    if is_default and find_configuration_in(top) in (None, configuration):
        return ""
    return make_relative(configuration, top)
