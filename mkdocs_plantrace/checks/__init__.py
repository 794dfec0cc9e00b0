"""The checks: pure generators over the trace, all of them in `ALL`."""

from mkdocs_plantrace.checks import (
    anchors,
    dependencies,
    documents,
    entries,
    evidence,
    files,
    filling,
    orphans,
    queries,
    records,
    signatures,
)

ALL = (
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

__all__ = ["ALL"]
