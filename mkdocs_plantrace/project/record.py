"""All that was read of a project."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.document import Document
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.log_entry import Signature
from mkdocs_plantrace.model.task import EvidenceFile, Task
from mkdocs_plantrace.project.path_resolver import Resolver


@dataclass(frozen=True, kw_only=True)
class Record:
    """All that was read.

    `tasks` are sorted by id, numbers in ids by value. `documents` holds the pages of the site
    and the Markdown files outside it that tasks name as plan, log, troubleshooting page or
    decision record, by path; templates are not among them. `unreadable` tells why such a page or
    file, template or not, cannot be read, by path.
    `configuration` is where the options stand, `missing_words` are the words of metadata
    files that gave no task: ids and paths that they may name. `template_lines` are the lines
    with a placeholder in the templates of each file name, `evidence` holds what the evidence
    of completed tasks says, by path. `has_own_slugs` says that the site has its own way from
    headings to anchors. `signatures` is the registry, by the names and aliases of signatures.
    """

    settings: Settings
    configuration: Location
    resolver: Resolver
    tasks: tuple[Task, ...]
    documents: dict[str, Document]
    missing_words: frozenset[str]
    unreadable: Mapping[str, str]
    template_lines: Mapping[str, frozenset[str]]
    evidence: Mapping[str, EvidenceFile]
    has_own_slugs: bool
    signatures: Mapping[str, Signature]


def template_lines(templates: Iterable[Document]) -> dict[str, frozenset[str]]:
    """The lines with a placeholder in the templates of each file name."""
    lines: dict[str, set[str]] = {}
    for page in templates:
        filling = page.scan.filling
        known = lines.setdefault(page.path.rpartition("/")[2], set())
        known.update(line.value for line in filling.unfilled)
        known.update(suspect.text.value for suspect in filling.suspects)
    return {name: frozenset(known) for name, known in lines.items()}
