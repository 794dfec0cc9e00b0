"""All checks, and all rules: collected from the modules that report them."""

from collections.abc import Mapping

from mkdocs_plantrace.checks import (
    anchors,
    dependencies,
    documents,
    entries,
    evidence,
    files,
    filling,
    known,
    meant,
    orphans,
    queries,
    records,
    signatures,
)
from mkdocs_plantrace.rules import metadata_rules
from mkdocs_plantrace.rules.rule import Rule
from mkdocs_plantrace.settings import Settings, load, suggest

_FAMILIES = (
    *(metadata_rules, records, meant, files, documents, anchors, dependencies, orphans, filling),
    *(entries, evidence, signatures, queries, known),
)
CATALOGUE = tuple(
    sorted(
        {rule for family in _FAMILIES for rule in vars(family).values() if isinstance(rule, Rule)},
        key=lambda rule: rule.code,
    )
)
"""All rules, by code."""

CHECKS = (
    records.find_no_tasks,
    records.find_duplicate_tasks,
    records.find_missing_documents,
    documents.find_broken_paths,
    files.find_links_out,
    files.find_unreadable_pages,
    documents.find_broken_links,
    anchors.find_broken_anchors,
    documents.find_logs_without_plan,
    documents.find_documents_without_task,
    dependencies.find_unknown_tasks,
    dependencies.find_cycles,
    dependencies.find_one_sided,
    dependencies.find_completed_too_early,
    orphans.find_orphans,
    filling.find_unfilled_templates,
    filling.find_missing_summaries,
    entries.find_errors_without_fix,
    evidence.find_bad_evidence,
    entries.find_recurring_errors,
    signatures.find_broken_playbooks,
    signatures.find_unclear_names,
    queries.find_invalid_queries,
)
"""Each takes a trace and yields problems with the default severity of their rule."""


def find_rule(word: str) -> Rule | None:
    """The rule of that code or name, compared without case; None if there is none."""
    wanted = word.strip().lower()
    return next((r for r in CATALOGUE if wanted in (r.code.lower(), r.name)), None)


def load_settings(
    options: Mapping[str, object],
) -> tuple[Settings, tuple[tuple[str, str], ...]]:
    """Settings from raw options, and all that is wrong with them, names of rules included.

    When there are messages the settings hold the default in place of each faulty value.
    """
    settings, messages = load(options)
    names = [name for rule in CATALOGUE for name in (rule.code, rule.name)]
    unknown = [word for word in settings.rules if find_rule(word) is None]
    faults = (("rules", f"no rule {word!r}{suggest(word, names)}") for word in unknown)
    return settings, (*messages, *faults)
