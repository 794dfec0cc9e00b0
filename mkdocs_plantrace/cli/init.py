"""`plantrace init`: makes a folder a project."""

from pathlib import Path

import click

from mkdocs_plantrace.cli.options import config_file, refuse
from mkdocs_plantrace.cli.runtime import read_settings, say, settings_of
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.edits import Edit, render_diff, try_edits
from mkdocs_plantrace.editing.new_task import read_built_in
from mkdocs_plantrace.editing.project_setup import PIPELINES, draft_configuration, draft_files
from mkdocs_plantrace.parsing.mkdocs_yml import read_site_configuration
from mkdocs_plantrace.project.workspace import MisplacedError, below_root, project_root
from mkdocs_plantrace.reports.text_report import visible


@click.command(short_help="Set a project up: configuration, templates, pipeline.")
@config_file
@click.option(
    "--ci",
    type=click.Choice([*PIPELINES, "none"]),
    help="The service that runs the check. GitHub, unless there is a .gitlab-ci.yml.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def init(config_file: Path, ci: str | None, *, dry_run: bool) -> None:
    """Set a project up in the folder of mkdocs.yml.

    Adds the plugin to mkdocs.yml, or writes one; templates for metadata, plans and logs; the
    JSON Schema for editors; a pipeline that runs the check. What is there is never replaced, so
    that it can be run again.
    """
    folder = config_file.absolute().parent
    if not folder.is_dir():
        refuse(f"there is no folder '{folder}'")
    root, docs_dir, settings, has_plugin = _place(config_file)
    configuration = None if has_plugin else draft_configuration(folder, config_file.name)
    pipeline = ci or ("gitlab" if (root / PIPELINES["gitlab"]).exists() else "github")
    edits = draft_files(root, docs_dir, settings, "" if pipeline == "none" else pipeline)
    if dry_run:
        say(render_diff([*filter(None, [configuration]), *edits]))
        return
    with try_edits(folder, [configuration] if configuration else []), try_edits(root, edits):
        read_settings(config_file)
    _tell(config_file, configuration, edits)
    if "_template" not in read_site_configuration(config_file).exclude_docs:
        say("Pages in '_template' folders are on the site, unless 'exclude_docs' names them\n")
    if pipeline == "gitlab" and not any(edit.path == PIPELINES["gitlab"] for edit in edits):
        say(f"Add to '.gitlab-ci.yml', unless it is there:\n\n{read_built_in('gitlab.yml')}")


def _place(config_file: Path) -> tuple[Path, str, Settings, bool]:
    """The root, docs_dir below it, the options, and whether the plugin is there already."""
    if not config_file.exists() or not config_file.read_bytes().strip():
        return config_file.absolute().parent, "docs", Settings(), False
    site = read_site_configuration(config_file, needs_plugin=False)
    settings = settings_of(site)
    root = project_root(config_file, settings)
    docs_dir = below_root(root, str(config_file.absolute().parent / site.docs_dir))
    if docs_dir is None:
        raise MisplacedError(f"docs_dir '{site.docs_dir}' does not lie inside '{root}'")
    return root, docs_dir, settings, site.has_plugin


def _tell(config_file: Path, configuration: Edit | None, edits: list[Edit]) -> None:
    lines = []
    if configuration:
        what = "written" if configuration.before is None else "has the plugin now"
        lines.append(f"  {visible(str(config_file))} {what}")
    lines += [f"  {visible(edit.path)} written" for edit in edits]
    if not lines:
        say("Everything is there already; nothing was written\n")
        return
    say("\n".join(["The project is set up:", *lines]) + "\n")
    say('Next: plantrace new TASK-1 --title "What it is about" --phase 0\n')
