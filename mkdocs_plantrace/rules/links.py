"""PT1xx: the rules about what tasks, plans and logs point to."""

from mkdocs_plantrace.rules.rule import Rule, Severity

_ERROR = Severity.ERROR

MISSING_PLAN = Rule(
    code="PT101",
    name="missing-plan",
    default=_ERROR,
    finds="an active or completed task that names no implementation plan",
    why="Work that began without a plan has no agreed scope, and nobody can later tell "
    "what was meant.",
    example="task_id: TSK-7\nstatus: in_progress\n",
    fix="Write the plan and name it in `implementation_plan`. Tasks of a group may share one plan.",
)
MISSING_LOG = Rule(
    code="PT102",
    name="missing-log",
    default=_ERROR,
    finds="an active or completed task that names no execution log",
    why="What was done, and which errors were met and mended, is lost with the memory of "
    "whoever did it.",
    example="task_id: TSK-7\nstatus: completed\nimplementation_plan: docs/plans/TSK-7/PLAN.md\n",
    fix="Keep a log and name it in `implementation_log`. Tasks of a group may share one log.",
)
BROKEN_PLAN_LINK = Rule(
    code="PT103",
    name="broken-plan-link",
    default=_ERROR,
    finds="an `implementation_plan` that names no file",
    why="The plan was moved, renamed or never committed: readers of the task cannot reach it.",
    example="implementation_plan: docs/plans/phase0/TSK-7_rotate_key/PLAN.md\n",
    fix="Correct the path; the hint names the file that was probably meant. "
    "Upper and lower case count on every system.",
)
BROKEN_LOG_LINK = Rule(
    code="PT104",
    name="broken-log-link",
    default=_ERROR,
    finds="an `implementation_log` that names no file",
    why="The log was moved, renamed or never committed: what fixed the errors of this task "
    "cannot be found.",
    example="implementation_log: docs/plans/phase0/TSK-7_rotate_key/EXEC_LOG.md\n",
    fix="Correct the path; the hint names the file that was probably meant. "
    "Upper and lower case count on every system.",
)
UNPUBLISHED_DOCUMENT = Rule(
    code="PT105",
    name="unpublished-document",
    default=_ERROR,
    finds="a plan or log that exists but that MkDocs does not publish: outside `docs_dir`, "
    "excluded, a draft, a template, or no Markdown page in UTF-8; or any page of the site "
    "that is not UTF-8",
    why="The record looks complete in the repository, yet readers of the site get no page.",
    example="implementation_plan: tasks/TSK-7/PLAN.md\n",
    fix="Move the file below `docs_dir`, or take it out of `exclude_docs` or `draft_docs`. "
    "Turn the rule off if these documents are meant to stay unpublished.",
)
LOG_WITHOUT_PLAN = Rule(
    code="PT106",
    name="log-without-plan",
    finds="a log of an active or completed task that does not refer to its plan: by a "
    "`Plan:` line, by a link, or by the plan's path in its text",
    why="Someone who finds the log first, in a search or an editor, should get to the plan "
    "without the site.",
    example="# EXEC_LOG for TSK-7\n\n## 2026-03-02\n- Created the keys.\n",
    fix="Add a line `Plan: PLAN.md` below the title.",
    language="markdown",
)
DOCUMENT_WITHOUT_TASK = Rule(
    code="PT107",
    name="document-without-task",
    finds="a plan or log that never names the task it serves",
    why="Outside the site nothing leads from the page to its task, and a copied page that "
    "still names another task goes unnoticed.",
    example="# Rotate the signing keys\n\n## Scope\n",
    fix="Name the id of the task in the title or in a line `Task: TSK-7`.",
    language="markdown",
)
BROKEN_DOCUMENT_LINK = Rule(
    code="PT108",
    name="broken-document-link",
    default=_ERROR,
    finds="a link in a plan, log, troubleshooting page or decision record, "
    "a `Plan:` line of a log, or the page of a signature in the registry, that leads nowhere",
    why="The record refers to proof that readers cannot open.",
    example="The lock order is explained in [the decision](../../decisions/ADR-003.md).\n",
    fix="Correct the link; it is relative to the page that it stands in. "
    "Links to absolute paths and to `file:` only work on the machine they were written on.",
    language="markdown",
)
BROKEN_ANCHOR = Rule(
    code="PT109",
    name="broken-anchor",
    finds="a link in a plan, log, troubleshooting page or decision record to a heading "
    "that its page does not have",
    why="The browser opens the page at its top, and the reader searches for what the link "
    "promised.",
    example="How it was mended: [the log](EXEC_LOG.md#deadlock-on-mondays)\n",
    fix="Correct the part after `#`: the heading in lower case, words joined by `-`. "
    "The second heading of one name has `_1` at its end.",
    language="markdown",
)
UNKNOWN_TASK = Rule(
    code="PT110",
    name="unknown-task",
    default=_ERROR,
    finds="an entry of `depends_on` or `blocks` that names no task",
    why="The order of work rests on tasks that do not exist, or on ids that were renamed.",
    example="depends_on: [TSK-P0-50]\n",
    fix="Correct the id. For no dependency at all, write an empty list.",
)
DEPENDENCY_CYCLE = Rule(
    code="PT111",
    name="dependency-cycle",
    default=_ERROR,
    finds="tasks that wait for each other in a circle",
    why="None of them can ever be started in the order the metadata asks for.",
    example="# tasks/TSK-7/meta.yml\ndepends_on: [TSK-8]\n"
    "# tasks/TSK-8/meta.yml\ndepends_on: [TSK-7]\n",
    fix="Remove the dependency that is not real; the message shows the whole circle.",
)
ORPHAN_PLAN = Rule(
    code="PT112",
    name="orphan-plan",
    finds="a plan that no task points to",
    why="Either its task lacks the link, or the plan was abandoned and misleads readers.",
    example="# docs/plans/phase0/TSK-7_old/PLAN.md exists, no metadata names it\n",
    fix="Name it in the `implementation_plan` of its task, or delete it.",
)
ORPHAN_LOG = Rule(
    code="PT113",
    name="orphan-log",
    finds="a log that no task points to",
    why="Either its task lacks the link, or what it records can only be found by chance.",
    example="# docs/plans/phase0/TSK-7_old/EXEC_LOG.md exists, no metadata names it\n",
    fix="Name it in the `implementation_log` of its task, or delete it.",
)
ONE_SIDED_DEPENDENCY = Rule(
    code="PT114",
    name="one-sided-dependency",
    default=None,
    finds="an entry of `blocks` whose task does not name the other in `depends_on`",
    why="plantrace reads both as one dependency, but tools and people who read only the "
    "`depends_on` of a task start it too early.",
    example="# tasks/TSK-7/meta.yml\nblocks: [TSK-8]\n# tasks/TSK-8/meta.yml\ndepends_on: []\n",
    fix="Name the blocking task in the `depends_on` of the blocked one.",
)
UNCLEAR_SIGNATURE = Rule(
    code="PT115",
    name="unclear-signature",
    default=_ERROR,
    finds="a name in the registry of signatures that does not lead to one signature: an alias "
    "that two signatures claim, or a `superseded_by` that names none or leads in a circle",
    why="Entries of old logs are found under the name that their signature has today. "
    "Where names are not clear, one error counts as two, or two as one.",
    example="DB.LOCK:\n  superseded_by: DB.LOCKS   # no signature of this name\n"
    "DB.DEADLOCK:\n  aliases: [DB.LOCK]        # which is a signature itself\n",
    fix="Give each alias to one signature, and let `superseded_by` name the one that is in use.",
)
INVALID_QUERY = Rule(
    code="PT116",
    name="invalid-query",
    default=_ERROR,
    finds="a list in a page, `<!-- plantrace: … -->`, that asks for what there is not: an unknown "
    "kind, key, column, status, phase, owner or task, a key given twice, a limit that is no "
    "positive whole number, a quote that is not closed, a graph without exactly one target",
    why="The list would be empty or not what was meant, and nobody who reads the page could tell.",
    example="<!-- plantrace: tasks phase=0 staus=blocked columns=id,titel -->\n",
    fix="Correct the word at the place; the hint names what was probably meant. The kinds, keys "
    "and columns stand in the guide, on the page about lists.",
    language="html",
)
