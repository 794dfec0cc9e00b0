"""`plantrace init`: set up a project."""

from pathlib import Path

import click

from mkdocs_plantrace.cli.console import exit_with_error, print_text
from mkdocs_plantrace.cli.options import dry_run
from mkdocs_plantrace.cli.runtime import make_settings, read_settings
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.edits import Edit, render_diff, try_edits
from mkdocs_plantrace.editing.new_task import read_built_in
from mkdocs_plantrace.editing.project_setup import PIPELINES, draft_configuration, draft_files
from mkdocs_plantrace.parsing.mkdocs_yml import read_site_configuration
from mkdocs_plantrace.project.configuration_file import (
    CONFIGURATION_NAMES,
    find_configuration,
    find_configuration_in,
)
from mkdocs_plantrace.project.workspace import MisplacedError, below_root, project_root
from mkdocs_plantrace.reports.text_report import visible


@click.command(short_help="Set up a project: configuration, templates, pipeline.")
@click.option(
    "-f",
    "--config-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration to edit or to write.  [default: the one in this folder, or mkdocs.yml]",
)
@click.option(
    "--ci",
    type=click.Choice([*PIPELINES, "none"]),
    help="The service that runs the check. GitHub, unless there is a .gitlab-ci.yml.",
)
@dry_run
def init(config_file: Path | None, ci: str | None, *, dry_run: bool) -> None:
    """Set up a project in the folder of mkdocs.yml.

    Writes mkdocs.yml or adds the plugin to it; writes a home page, templates for metadata,
    plans and logs, the JSON Schema for editors, and a pipeline that runs the check. Existing
    files are not replaced, so you can run it again.
    """
    config_file = _choose_configuration(config_file)
    folder = config_file.absolute().parent
    if not folder.is_dir():
        exit_with_error(f"no folder '{folder}'")
    root, docs_dir, settings, has_plugin = _read_project(config_file)
    configuration = None if has_plugin else draft_configuration(folder, config_file.name)
    pipeline = ci or ("gitlab" if (root / PIPELINES["gitlab"]).exists() else "github")
    edits = draft_files(root, docs_dir, settings, "" if pipeline == "none" else pipeline)
    if dry_run:
        print_text(render_diff([*filter(None, [configuration]), *edits]))
        return
    with try_edits(folder, [configuration] if configuration else []), try_edits(root, edits):
        read_settings(config_file)
    _print_summary(config_file, configuration, edits)
    if "_template" not in read_site_configuration(config_file).exclude_docs:
        print_text("Add '_template/' to 'exclude_docs'; otherwise MkDocs publishes the templates\n")
    if pipeline == "gitlab" and not any(edit.path == PIPELINES["gitlab"] for edit in edits):
        text = read_built_in("gitlab.yml")
        print_text(f"Add to '.gitlab-ci.yml' if it is missing:\n\n{text}")


def _choose_configuration(named: Path | None) -> Path:
    """Return the file to edit or write; end the command if it would hide another one."""
    if named is None:
        found = find_configuration(Path.cwd())
        if found and found.parent != Path():
            exit_with_error(
                f"'{found}', in a folder above this one, is already a configuration; "
                f"'plantrace init -f {found}' sets up plantrace there, and "
                "'plantrace init -f mkdocs.yml' sets up another site in this folder"
            )
        return found or Path("mkdocs.yml")
    other = find_configuration_in(named.absolute().parent)
    if other and not named.exists() and named.name in CONFIGURATION_NAMES:
        exit_with_error(
            f"'{named}' would be a second configuration beside '{other.name}'; "
            f"'plantrace init -f {named.with_name(other.name)}' adds plantrace to that one"
        )
    return named


def _read_project(config_file: Path) -> tuple[Path, str, Settings, bool]:
    """Return the root, docs_dir below it, the options, and if the plugin is there."""
    if not config_file.exists() or not config_file.read_bytes().strip():
        return config_file.absolute().parent, "docs", Settings(), False
    site = read_site_configuration(config_file, needs_plugin=False)
    settings = make_settings(site)
    root = project_root(config_file, settings)
    docs_dir = below_root(root, str(config_file.absolute().parent / site.docs_dir))
    if docs_dir is None:
        raise MisplacedError(f"docs_dir '{site.docs_dir}' is not inside '{root}'")
    return root, docs_dir, settings, site.has_plugin


def _print_summary(config_file: Path, configuration: Edit | None, edits: list[Edit]) -> None:
    lines = []
    if configuration:
        change = " written" if configuration.before is None else ": plugin added"
        lines.append(f"  {visible(str(config_file))}{change}")
    lines += [f"  {visible(edit.path)} written" for edit in edits]
    if not lines:
        print_text("The project is already set up; nothing was written\n")
        return
    print_text("\n".join(["The project is set up:", *lines]) + "\n")
    print_text('Next: plantrace new TASK-1 --title "Title of the task" --phase 0\n')
