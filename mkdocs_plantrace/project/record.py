"""The record of a project: everything that was read."""

from collections.abc import Mapping
from dataclasses import dataclass

from mkdocs_plantrace.config.rendering import Rendering
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.document import Document
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.log_entry import Signature
from mkdocs_plantrace.model.task import EvidenceFile, Task
from mkdocs_plantrace.project.path_resolver import Resolver


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything that was read, before it is connected.

    `tasks` are sorted by id, with numbers in ids by value. `documents` are, by path, the pages of
    the site and the Markdown files outside it that tasks name as plan, log, troubleshooting page
    or decision; templates are not included. `unreadable` maps the path of a page or template that
    cannot be read to the reason. `configuration` is the place of the options. `missing_words` are
    the words of metadata files that could not be read: perhaps ids and paths. `template_lines`
    maps the file name of templates to their lines with a placeholder. `evidence` is the evidence
    of completed tasks by path. `signatures` is the registry, by names and aliases.
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
    rendering: Rendering
    signatures: Mapping[str, Signature]
