"""All checks and all rules, collected from the rule modules."""

from collections.abc import Mapping

from mkdocs_plantrace.checks import (
    baseline_rules,
    document_rules,
    error_rules,
    file_rules,
    link_rules,
    list_rules,
    plan_rules,
    status_rules,
    task_rules,
)
from mkdocs_plantrace.config.option_values import suggest
from mkdocs_plantrace.config.settings import Settings, validate_options
from mkdocs_plantrace.model.rule import Rule
from mkdocs_plantrace.parsing.metadata import metadata_rules
from mkdocs_plantrace.utils.terminal import short_repr

_FAMILIES = (
    *(metadata_rules, task_rules, plan_rules, file_rules, link_rules, document_rules),
    *(error_rules, status_rules, list_rules, baseline_rules),
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
    plan_rules.find_missing_documents,
    link_rules.find_broken_paths,
    file_rules.find_links_out,
    file_rules.find_unreadable_pages,
    link_rules.find_broken_links,
    link_rules.find_broken_anchors,
    document_rules.find_logs_without_plan,
    document_rules.find_documents_without_task,
    task_rules.find_unknown_tasks,
    task_rules.find_dependency_cycles,
    task_rules.find_one_sided,
    task_rules.find_completed_too_early,
    plan_rules.find_orphans,
    document_rules.find_unfilled_templates,
    document_rules.find_missing_summaries,
    error_rules.find_errors_without_fix,
    status_rules.find_bad_evidence,
    error_rules.find_recurring_errors,
    error_rules.find_broken_playbooks,
    error_rules.find_unclear_names,
    list_rules.find_invalid_queries,
    status_rules.find_boxes_and_statuses,
    status_rules.find_uncited_requirements,
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
