"""`plantrace pages`: write the generated pages for a generator without plugins."""

import posixpath
from importlib import import_module
from pathlib import Path

import click

from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.cli.console import print_text
from mkdocs_plantrace.cli.folder_lock import lock_folder
from mkdocs_plantrace.cli.options import config_file
from mkdocs_plantrace.editing.edits import remove_left_files
from mkdocs_plantrace.editing.page_files import PageFiles
from mkdocs_plantrace.reports.text_report import count

_RENDERER = "mkdocs_plantrace.site.markdown_pages"
"""Imported here only: the other commands load no template engine."""


@click.command
@click.option("--clean", is_flag=True, help="Remove the written pages.")
@config_file
def pages(config_file: Path | None, *, clean: bool) -> None:
    """Write the generated pages into docs_dir, for Zensical.

    Zensical does not run plugins of MkDocs. Run this command before 'zensical build'. Also add
    the extension 'mkdocs_plantrace.site.zensical' to 'markdown_extensions': it adds boxes and
    links to your own pages. The pages are written below the folder of the option 'prefix'; no
    other file is changed.
    """
    project, result = check_project(config_file, for_search=True)
    remove_left_files(project.tree)
    folder = posixpath.join(project.place.docs_dir, result.trace.settings.prefix)
    files = PageFiles(project.place.root, folder)
    texts = {} if clean else import_module(_RENDERER).render_files(project, result)
    with lock_folder(project.place.root / project.place.docs_dir):
        if clean:
            done = f"{count(files.remove(), 'file')} removed from '{folder}'"
        else:
            files.replace(texts)
            done = f"{count(len(texts), 'file')} written to '{folder}'"
    print_text(f"{done}\n")
