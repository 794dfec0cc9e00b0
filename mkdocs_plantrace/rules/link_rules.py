"""The rules for what tasks, plans and logs point to."""

from mkdocs_plantrace.rules.rule import Rule, Severity

MISSING_PLAN = Rule(
    "PT101",
    "missing-plan",
    Severity.ERROR,
    finds="an active or completed task that names no implementation plan",
    why="""\
Work that began without a plan has no agreed scope, and nobody can later tell what was meant.""",
    language="yaml",
    example="""\
task_id: TSK-7
status: in_progress
""",
    fix="""\
Write the plan and name it in `implementation_plan`. Tasks of a group may share one plan.""",
)
MISSING_LOG = Rule(
    "PT102",
    "missing-log",
    Severity.ERROR,
    finds="an active or completed task that names no execution log",
    why="""\
What was done, and which errors were met and mended, is lost with the memory of whoever did it.""",
    language="yaml",
    example="""\
task_id: TSK-7
status: completed
implementation_plan: docs/plans/TSK-7/PLAN.md
""",
    fix="Keep a log and name it in `implementation_log`. Tasks of a group may share one log.",
)
BROKEN_PLAN_LINK = Rule(
    "PT103",
    "broken-plan-link",
    Severity.ERROR,
    finds="an `implementation_plan` that names no file",
    why="The plan was moved, renamed or never committed: readers of the task cannot reach it.",
    language="yaml",
    example="""\
implementation_plan: docs/plans/phase0/TSK-7_rotate_key/PLAN.md
""",
    fix="""\
Correct the path; the hint names the file that was probably meant. Upper and lower case count on \
every system.""",
)
BROKEN_LOG_LINK = Rule(
    "PT104",
    "broken-log-link",
    Severity.ERROR,
    finds="an `implementation_log` that names no file",
    why="""\
The log was moved, renamed or never committed: what fixed the errors of this task cannot be \
found.""",
    language="yaml",
    example="""\
implementation_log: docs/plans/phase0/TSK-7_rotate_key/EXEC_LOG.md
""",
    fix="""\
Correct the path; the hint names the file that was probably meant. Upper and lower case count on \
every system.""",
)
UNPUBLISHED_DOCUMENT = Rule(
    "PT105",
    "unpublished-document",
    Severity.ERROR,
    finds="""\
a plan or log that exists but that MkDocs does not publish: outside `docs_dir`, excluded, a \
draft, a template, or no Markdown page in UTF-8; or any page of the site that is not UTF-8""",
    why="The record looks complete in the repository, yet readers of the site get no page.",
    language="yaml",
    example="""\
implementation_plan: tasks/TSK-7/PLAN.md
""",
    fix="""\
Move the file below `docs_dir`, or take it out of `exclude_docs` or `draft_docs`. Turn the rule \
off if these documents are meant to stay unpublished.""",
)
LOG_WITHOUT_PLAN = Rule(
    "PT106",
    "log-without-plan",
    Severity.WARNING,
    finds="""\
a log of an active or completed task that does not refer to its plan: by a `Plan:` line, by a \
link, or by the plan's path in its text""",
    why="""\
Someone who finds the log first, in a search or an editor, should get to the plan without the \
site.""",
    language="markdown",
    example="""\
# EXEC_LOG for TSK-7

## 2026-03-02
- Created the keys.
""",
    fix="Add a line `Plan: PLAN.md` below the title.",
)
DOCUMENT_WITHOUT_TASK = Rule(
    "PT107",
    "document-without-task",
    Severity.WARNING,
    finds="a plan or log that never names the task it serves",
    why="""\
Outside the site nothing leads from the page to its task, and a copied page that still names \
another task goes unnoticed.""",
    language="markdown",
    example="""\
# Rotate the signing keys

## Scope
""",
    fix="Name the id of the task in the title or in a line `Task: TSK-7`.",
)
BROKEN_DOCUMENT_LINK = Rule(
    "PT108",
    "broken-document-link",
    Severity.ERROR,
    finds="""\
a link in a plan, log, troubleshooting page or decision record, a `Plan:` line of a log, or the \
page of a signature in the registry, that leads nowhere""",
    why="The record refers to proof that readers cannot open.",
    language="markdown",
    example="""\
The lock order is explained in [the decision](../../decisions/ADR-003.md).
""",
    fix="""\
Correct the link; it is relative to the page that it stands in. Links to absolute paths and to \
`file:` only work on the machine they were written on.""",
)
BROKEN_ANCHOR = Rule(
    "PT109",
    "broken-anchor",
    Severity.WARNING,
    finds="""\
a link in a plan, log, troubleshooting page or decision record to a heading that its page does \
not have""",
    why="""\
The browser opens the page at its top, and the reader searches for what the link promised.""",
    language="markdown",
    example="""\
How it was mended: [the log](EXEC_LOG.md#deadlock-on-mondays)
""",
    fix="""\
Correct the part after `#`: the heading in lower case, words joined by `-`. The second heading \
of one name has `_1` at its end.""",
)
UNKNOWN_TASK = Rule(
    "PT110",
    "unknown-task",
    Severity.ERROR,
    finds="an entry of `depends_on` or `blocks` that names no task",
    why="The order of work rests on tasks that do not exist, or on ids that were renamed.",
    language="yaml",
    example="""\
depends_on: [TSK-P0-50]
""",
    fix="Correct the id. For no dependency at all, write an empty list.",
)
DEPENDENCY_CYCLE = Rule(
    "PT111",
    "dependency-cycle",
    Severity.ERROR,
    finds="tasks that wait for each other in a circle",
    why="None of them can ever be started in the order the metadata asks for.",
    language="yaml",
    example="""\
# tasks/TSK-7/meta.yml
depends_on: [TSK-8]
# tasks/TSK-8/meta.yml
depends_on: [TSK-7]
""",
    fix="Remove the dependency that is not real; the message shows the whole circle.",
)
ORPHAN_PLAN = Rule(
    "PT112",
    "orphan-plan",
    Severity.WARNING,
    finds="a plan that no task points to",
    why="Either its task lacks the link, or the plan was abandoned and misleads readers.",
    language="yaml",
    example="""\
# docs/plans/phase0/TSK-7_old/PLAN.md exists, no metadata names it
""",
    fix="Name it in the `implementation_plan` of its task, or delete it.",
)
ORPHAN_LOG = Rule(
    "PT113",
    "orphan-log",
    Severity.WARNING,
    finds="a log that no task points to",
    why="Either its task lacks the link, or what it records can only be found by chance.",
    language="yaml",
    example="""\
# docs/plans/phase0/TSK-7_old/EXEC_LOG.md exists, no metadata names it
""",
    fix="Name it in the `implementation_log` of its task, or delete it.",
)
ONE_SIDED_DEPENDENCY = Rule(
    "PT114",
    "one-sided-dependency",
    None,
    finds="an entry of `blocks` whose task does not name the other in `depends_on`",
    why="""\
plantrace reads both as one dependency, but tools and people who read only the `depends_on` of a \
task start it too early.""",
    language="yaml",
    example="""\
# tasks/TSK-7/meta.yml
blocks: [TSK-8]
# tasks/TSK-8/meta.yml
depends_on: []
""",
    fix="Name the blocking task in the `depends_on` of the blocked one.",
)
UNCLEAR_SIGNATURE = Rule(
    "PT115",
    "unclear-signature",
    Severity.ERROR,
    finds="""\
a name in the registry of signatures that does not lead to one signature: an alias that two \
signatures claim, or a `superseded_by` that names none or leads in a circle""",
    why="""\
Entries of old logs are found under the name that their signature has today. Where names are not \
clear, one error counts as two, or two as one.""",
    language="yaml",
    example="""\
DB.LOCK:
  superseded_by: DB.LOCKS   # no signature of this name
DB.DEADLOCK:
  aliases: [DB.LOCK]        # which is a signature itself
""",
    fix="""\
Give each alias to one signature, and let `superseded_by` name the one that is in use.""",
)
INVALID_QUERY = Rule(
    "PT116",
    "invalid-query",
    Severity.ERROR,
    finds="""\
a list in a page, `<!-- plantrace: … -->`, that asks for what there is not: an unknown kind, \
key, column, status, phase, owner or task, a key given twice, a limit that is no positive whole \
number, a quote that is not closed, a graph without exactly one target""",
    why="""\
The list would be empty or not what was meant, and nobody who reads the page could tell.""",
    language="html",
    example="""\
<!-- plantrace: tasks phase=0 staus=blocked columns=id,titel -->
""",
    fix="""\
Correct the word at the place; the hint names what was probably meant. The kinds, keys and \
columns stand in the guide, on the page about lists.""",
)
