"""`plantrace init`: set up a project."""

import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import click

from mkdocs_plantrace.checks.catalogue import load_settings
from mkdocs_plantrace.checks.project_check import ProjectFiles, find_files, make_settings
from mkdocs_plantrace.cli.console import exit_with_error, print_text
from mkdocs_plantrace.cli.folder_lock import lock_folder
from mkdocs_plantrace.cli.options import dry_run, file_option
from mkdocs_plantrace.cli.recognition import describe_layouts
from mkdocs_plantrace.cli.setup_notes import (
    describe_navigation,
    describe_pipeline,
    describe_publication,
)
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.edits import Edit, remove_left_files, render_diff, try_edits
from mkdocs_plantrace.editing.project_setup import (
    AGENTS_FILE,
    SERVICES,
    Pipeline,
    choose_layouts,
    choose_root,
    draft_agents_file,
    draft_configuration,
    draft_files,
    draft_pipeline,
    find_service,
)
from mkdocs_plantrace.parsing.mkdocs_yml import read_site_configuration
from mkdocs_plantrace.parsing.plugin_options import Options
from mkdocs_plantrace.project.loader import read_tasks
from mkdocs_plantrace.project.project_markers import (
    CONFIGURATION_NAMES,
    find_configuration,
    find_configuration_in,
    find_configurations_below,
)
from mkdocs_plantrace.project.workspace import MisplacedError, below_root, project_root
from mkdocs_plantrace.utils.file_safety import clean_folder
from mkdocs_plantrace.utils.paths import find_repository, make_relative
from mkdocs_plantrace.utils.terminal import visible

_DEFAULT = "mkdocs.yml"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setup:
    """What is written: the configuration, other files below the root, and those at the top.

    `top` is that of the repository. `recognized` are the layouts in a new configuration.
    """

    config_file: Path
    configuration: Edit | None
    recognized: tuple[str, ...]
    root: Path
    files: list[Edit]
    top: Path
    agents: Edit | None
    pipeline: Pipeline | None

    def list_edits(self) -> Iterator[tuple[Path, list[Edit]]]:
        """Yield the edits with the folder that their paths start at."""
        if self.configuration:
            yield self.config_file.parent, [self.configuration]
        yield self.root, self.files
        yield self.top, [it for it in (self.agents, self.pipeline and self.pipeline.edit) if it]


@click.command(short_help="Set up a project: configuration, templates, pipeline.")
@file_option(
    *("-f", "--config-file"),
    text="The configuration to edit or to write.  [default: the one in this folder, or mkdocs.yml]",
)
@click.option(
    "--ci",
    type=click.Choice([*SERVICES, "none"]),
    help="The service that runs the check.  [default: gitlab if there is a .gitlab-ci.yml, "
    "otherwise github]",
)
@click.option(
    "--agents",
    is_flag=True,
    help="Also write a section into AGENTS.md that tells coding agents how the record is kept and "
    "which commands to use.",
)
@dry_run
def init(config_file: Path | None, ci: str | None, *, agents: bool, dry_run: bool) -> None:
    """Set up a project in the current folder, which can be empty.

    \b
    Writes what is missing:
      - mkdocs.yml, or the plugin in the existing configuration of the site
      - a home page
      - templates for the metadata, the plan and the log of a task
      - a JSON Schema, which editors use to complete and check metadata
      - a pipeline that runs the check, at the top of the Git repository

    A known layout of another tool, such as openspec/ or backlog/, is recognized: the option
    'layout' is set, and nothing is written into its folders. Existing files are not replaced,
    so you can run it again.
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    path = Path(os.path.abspath(config_file or _choose_configuration()))
    if not os.path.isdir(path.parent):
        exit_with_error(f"no folder '{path.parent}'")
    _exit_beside_another(path)
    with ExitStack() as stack:
        stack.enter_context(lock_folder(path.parent))
        setup = _draft(path, ci, agents=agents)
        if dry_run:
            print_text(render_diff(_list_from_common_folder(setup)))
            return
        for folder, edits in reversed([*setup.list_edits()]):  # no plugin without its files
            stack.enter_context(try_edits(folder, edits))
        files = find_files(path)
    remove_left_files(files.tree)
    if setup.pipeline:  # it may be in a hidden folder, which is not in the tree
        clean_folder(os.path.dirname(setup.pipeline.top / setup.pipeline.path))
    print_text("".join(f"{line}\n" for line in _format_summary(setup, files)))


def _choose_configuration() -> Path:
    """Return the configuration of the current folder; end the command if it may be another."""
    here = Path.cwd()
    found = find_configuration(here)
    if found and found.parent == Path():
        return found
    if found := found or next(find_configurations_below(here), None):
        exit_with_error(
            f"this folder has no configuration, but there is '{found.as_posix()}'\n"
            f"to set up plantrace there: plantrace init -f {_quote(found.as_posix())}\n"
            f"to set up another site in this folder: plantrace init -f {_DEFAULT}"
        )
    return Path(_DEFAULT)


def _exit_beside_another(path: Path) -> None:
    """End the command if a new configuration would hide another one in its folder."""
    other = find_configuration_in(path.parent)
    if other and not os.path.exists(path) and path.name in CONFIGURATION_NAMES:
        exit_with_error(
            f"'{path.name}' would be a second configuration beside '{other.name}'\n"
            f"to add plantrace to that one: plantrace init -f {_quote(make_relative(other))}"
        )


def _draft(config_file: Path, ci: str | None, *, agents: bool) -> _Setup:
    """Draft all files. Raises one of COMMAND_ERRORS."""
    folder = config_file.parent
    repository = find_repository(folder)
    site = (
        None if _is_blank(config_file) else read_site_configuration(config_file, needs_plugin=False)
    )
    settings = make_settings(site) if site else Settings()
    docs_dir = site.docs_dir if site else "docs"
    configuration: Edit | None = None
    recognized: tuple[str, ...] = ()
    if not (site and site.has_plugin):
        root = choose_root(folder, docs_dir, repository, settings)
        recognized = choose_layouts(root)
        options = _draft_options(make_relative(root, folder), recognized)
        settings = load_settings(options)[0]
        configuration = draft_configuration(
            *(folder, config_file.name, options), has_templates=settings.has_default_layout
        )
    root = project_root(config_file, settings)
    below = below_root(root, os.path.join(folder, docs_dir))
    if below is None:
        raise MisplacedError(f"docs_dir '{docs_dir}' is not inside '{root}'")
    top = repository or Path(os.path.commonpath([root, folder]))
    service = ci or find_service(top)
    return _Setup(
        config_file=config_file,
        configuration=configuration,
        recognized=recognized,
        root=root,
        files=draft_files(root, below, settings),
        top=top,
        agents=draft_agents_file(top, folder, can_edit=settings.has_default_layout)
        if agents
        else None,
        pipeline=None if service == "none" else draft_pipeline(service, top, config_file),
    )


def _draft_options(root: str, layouts: Sequence[str]) -> Options:
    """Return the options that differ from their defaults."""
    options: dict[str, str | Sequence[str]] = {} if root == "." else {"root": root}
    if layouts:
        options.update({"layout": layouts[0]} if len(layouts) == 1 else {"layouts": list(layouts)})
    return options


def _is_blank(config_file: Path) -> bool:
    """Whether there is no text; a file that cannot be read is reported when it is parsed."""
    try:
        return not config_file.read_bytes().strip()
    except OSError:
        return not os.path.exists(config_file)


def _list_from_common_folder(setup: _Setup) -> Iterator[Edit]:
    """Yield all edits with paths that start at one folder."""
    groups = list(setup.list_edits())
    common = os.path.commonpath([folder for folder, _ in groups])
    for folder, edits in groups:
        for edit in edits:
            yield replace(edit, path=make_relative(folder / edit.path, common))


def _format_summary(setup: _Setup, files: ProjectFiles) -> Iterator[str]:
    is_written = any(edits for _, edits in setup.list_edits())
    if setup.recognized:
        yield f"Recognized {describe_layouts(setup.recognized, setup.root)}"
    if is_written:
        yield "The project is set up:"
        for folder, edits in setup.list_edits():
            for edit in edits:
                yield f"  {visible(make_relative(folder / edit.path))}{_describe(edit)}"
    else:
        yield "The project is already set up; nothing was written"
    if setup.configuration:
        yield from describe_navigation(files)
    yield from describe_publication(files)
    if setup.pipeline:
        yield from describe_pipeline(setup.pipeline)
    if is_written:
        yield f"Next: {_format_next(setup.config_file, files)}"


def _describe(edit: Edit) -> str:
    if edit.before is None:
        return " written"
    return ": section for agents" if edit.path == AGENTS_FILE else ": plugin added"


def _format_next(config_file: Path, files: ProjectFiles) -> str:
    """Return the next command, as it is typed in the current folder."""
    found = find_configuration(Path.cwd())
    is_found = found and os.path.abspath(found) == os.fspath(config_file)
    option = "" if is_found else f" -f {_quote(make_relative(config_file))}"
    has_tasks = read_tasks(files.settings, files.tree)
    if has_tasks or not files.settings.has_default_layout:
        return f"plantrace check{option}"
    return f'plantrace new{option} TASK-1 --title "Title of the task" --phase 0'


def _quote(word: str) -> str:
    """Quote a word for the shell of the system."""
    return subprocess.list2cmdline([word]) if os.name == "nt" else shlex.quote(word)
