"""All checks and all rules, collected from the rule modules."""

from collections.abc import Mapping

from mkdocs_plantrace.checks import (
    anchor_rules,
    baseline_rules,
    dependency_rules,
    document_rules,
    entry_rules,
    evidence_rules,
    file_rules,
    list_rules,
    orphan_rules,
    progress_rules,
    signature_rules,
    task_path_rules,
    task_rules,
    template_rules,
)
from mkdocs_plantrace.config.option_values import suggest
from mkdocs_plantrace.config.settings import Settings, validate_options
from mkdocs_plantrace.model.rule import Rule
from mkdocs_plantrace.parsing.metadata import metadata_rules
from mkdocs_plantrace.utils.short_repr import short_repr

_FAMILIES = (
    *(metadata_rules, task_rules, task_path_rules, file_rules, document_rules),
    *(anchor_rules, dependency_rules, orphan_rules, template_rules, entry_rules, evidence_rules),
    *(signature_rules, list_rules, progress_rules, baseline_rules),
)
CATALOGUE = tuple(
    sorted(
        {rule for family in _FAMILIES for rule in vars(family).values() if isinstance(rule, Rule)},
        key=lambda rule: rule.code,
    )
)
"""All rules, by code."""

CHECKS = (
    task_rules.find_no_tasks,
    task_rules.find_duplicate_tasks,
    task_rules.find_missing_documents,
    document_rules.find_broken_paths,
    file_rules.find_links_out,
    file_rules.find_unreadable_pages,
    document_rules.find_broken_links,
    anchor_rules.find_broken_anchors,
    document_rules.find_logs_without_plan,
    document_rules.find_documents_without_task,
    dependency_rules.find_unknown_tasks,
    dependency_rules.find_dependency_cycles,
    dependency_rules.find_one_sided,
    dependency_rules.find_completed_too_early,
    orphan_rules.find_orphans,
    template_rules.find_unfilled_templates,
    template_rules.find_missing_summaries,
    entry_rules.find_errors_without_fix,
    evidence_rules.find_bad_evidence,
    entry_rules.find_recurring_errors,
    signature_rules.find_broken_playbooks,
    signature_rules.find_unclear_names,
    list_rules.find_invalid_queries,
    progress_rules.find_boxes_and_statuses,
    progress_rules.find_uncited_requirements,
)
"""Each yields the problems of a trace, with the default severity of their rule."""


def find_rule(word: str) -> Rule | None:
    """Find a rule by its code or name, in any case."""
    wanted = word.strip().lower()
    return next((r for r in CATALOGUE if wanted in (r.code.lower(), r.name)), None)


def load_settings(
    options: Mapping[str, object],
) -> tuple[Settings, tuple[tuple[str, str], ...]]:
    """Validate raw options like `validate_options`, and also the names of rules."""
    settings, messages = validate_options(options)
    names = [name for rule in CATALOGUE for name in (rule.code, rule.name)]
    declared = [("rules", settings.rules)]
    declared += [("layout", layout.rules) for layout in settings.layout]
    declared += [("layouts", layout.rules) for layout in settings.layouts]
    faults = (
        (option, f"no rule {short_repr(word)}{suggest(word, names)}")
        for option, rules in declared
        for word in rules
        if find_rule(word) is None
    )
    return settings, (*messages, *faults)
