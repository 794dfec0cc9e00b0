"""What a user has to know after `plantrace init`."""

import posixpath
from collections.abc import Iterator

from mkdocs_plantrace.checks.project_check import ProjectFiles
from mkdocs_plantrace.config.option_values import NavMode
from mkdocs_plantrace.editing.new_task import SCHEMA_FILE
from mkdocs_plantrace.editing.project_setup import Pipeline
from mkdocs_plantrace.project.path_resolver import Publication
from mkdocs_plantrace.reports.text_report import count
from mkdocs_plantrace.utils.globs import compile_globs, find_base_folder, is_template
from mkdocs_plantrace.utils.terminal import visible


def describe_navigation(files: ProjectFiles) -> Iterator[str]:
    """Yield what a pruned navigation leaves out that an automatic one would have."""
    if files.site.has_nav or files.settings.nav is not NavMode.PRUNED:
        return
    is_record = compile_globs([*files.settings.plans, *files.settings.logs])
    pruned = [
        path
        for path, page in files.pages.items()
        if page.publication is Publication.PAGE
        and is_record(page.uri)
        and not is_template(path, files.place.docs_dir)
    ]
    if pruned:
        yield (
            f"plantrace keeps plans and logs out of the navigation: {count(len(pruned), 'page')} "
            f"here, such as '{visible(pruned[0])}'. The page of a task links to its plan and log. "
            "To keep all plans and logs in the navigation, set the option 'nav: full'"
        )


def describe_publication(files: ProjectFiles) -> Iterator[str]:
    """Yield what should be excluded from the site."""
    if not files.settings.has_default_layout:
        return
    globs, docs_dir = files.settings.tasks, files.place.docs_dir
    schema = posixpath.join(find_base_folder(globs[0]), SCHEMA_FILE)
    is_metadata = compile_globs([*globs, schema])
    public = [path for path, page in files.pages.items() if page.publication.is_public]
    if any(is_template(path, docs_dir) for path in public):
        yield "Add '_template/' to 'exclude_docs'; otherwise MkDocs publishes the templates"
    if found := next((path for path in public if is_metadata(path)), None):
        inside = [posixpath.relpath(glob, docs_dir or ".") for glob in (*globs, schema)]
        patterns = " and ".join(f"'/{glob}'" for glob in inside if not glob.startswith("../"))
        yield (
            f"Add {patterns} to 'exclude_docs'; otherwise MkDocs publishes metadata as it is, "
            f"such as '{visible(found)}'"
        )


def describe_pipeline(pipeline: Pipeline) -> Iterator[str]:
    """Yield what is left to do for the pipeline."""
    if not pipeline.edit and not pipeline.is_complete:
        yield f"Add to '{pipeline.path}', so that it checks the record:\n\n{pipeline.text}"
    elif pipeline.edit and pipeline.is_local:
        yield (
            f"The pipeline installs '{pipeline.requirement}' from the package index. "
            f"If the index does not have it yet, replace it with a Git address in '{pipeline.path}'"
        )
