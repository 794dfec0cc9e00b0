"""The catalogue of rules: each declared once, with its code, name, severity and texts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much a problem matters: errors fail a build, warnings fail it under `--strict`."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule. `default` is None for one that is off unless a project turns it on.

    `finds` completes the sentence "This rule finds …"; `why`, `example` and `fix` are
    Markdown for the rule's page, `example` a fragment of a metadata file or page.
    """

    code: str
    name: str
    default: Severity | None
    finds: str
    why: str
    example: str
    fix: str


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING

INVALID_YAML = Rule(
    code="PT001",
    name="invalid-yaml",
    default=_ERROR,
    finds="a metadata file that does not parse, is not UTF-8, is not a mapping, "
    "or is unreasonably large or deep",
    why="A file that cannot be read drops its task from the site and from every other check.",
    example="task_id: TSK-7\ntitle: Rotate keys: staging first\n",
    fix="Mend the syntax at the place given; a value with `: ` or ` #` in it needs quotes. "
    "Files over 256 KiB or nested more than 100 deep are not metadata.",
)
DUPLICATE_KEY = Rule(
    code="PT002",
    name="duplicate-key",
    default=_ERROR,
    finds="a key written twice in one mapping",
    why="YAML readers keep one of the two and drop the other without a word; "
    "which one depends on the reader.",
    example="status: planned\nowner_role: ARCHITECT\nstatus: completed\n",
    fix="Keep the one that is true and delete the other.",
)
MISSING_FIELD = Rule(
    code="PT003",
    name="missing-field",
    default=_ERROR,
    finds="a metadata file without id, title, status or phase",
    why="These four place a task: without them it has no page, no state and no phase index.",
    example="task_id: TSK-7\nstatus: planned\nphase: '1'\n",
    fix="Add the field. If your team uses another name for it, say so once under `fields:`.",
)
WRONG_TYPE = Rule(
    code="PT004",
    name="wrong-type",
    default=_ERROR,
    finds="a field of the wrong type: an id that YAML reads as something else than its text, "
    "a list written as text, a mapping where text belongs",
    why="YAML reads `007` as the number 7 and `yes` as true, so other tools see another id "
    "than the one you wrote; a list written as text is one long name that matches nothing.",
    example="task_id: 007\ndepends_on: TSK-1, TSK-2\n",
    fix="Write the id in quotes, and lists as `[TSK-1, TSK-2]` or one `- TSK-1` per line.",
)
DUPLICATE_TASK = Rule(
    code="PT005",
    name="duplicate-task",
    default=_ERROR,
    finds="two metadata files with one id",
    why="Links by id can only lead to one of them, and nobody can tell which was meant. "
    "It mostly comes from a copied folder.",
    example="# tasks/TSK-7/meta.yml and tasks/TSK-8/meta.yml\ntask_id: TSK-7\n",
    fix="Give the copy its own id, or delete it. The message names both files.",
)
UNKNOWN_STATUS = Rule(
    code="PT006",
    name="unknown-status",
    default=_ERROR,
    finds="a status that no kind of status claims",
    why="The rules for plans, logs and evidence depend on the kind of status; a task whose "
    "status is unknown would silently escape them.",
    example="status: complted\n",
    fix="Correct the spelling, or declare the word under `statuses:`, "
    "for example `{shipped: completed}`.",
)
NO_TASKS = Rule(
    code="PT010",
    name="no-tasks",
    default=_ERROR,
    finds="a configuration whose `tasks` globs match no file",
    why="A check that looked at nothing must not pass.",
    example="plugins:\n  - plantrace:\n      tasks: task/**/meta.yml\n",
    fix="Correct `tasks` or `root`. Globs are relative to the project root; "
    "folders whose names start with `_` hold templates and do not count.",
)
OUTSIDE_ROOT = Rule(
    code="PT011",
    name="outside-root",
    default=_ERROR,
    finds="a path that is absolute, leaves the project root, "
    "or passes through a symbolic link out of it",
    why="Such a path means something else on every machine, and following it could publish a "
    "file that was never meant for the site. It is never read.",
    example="implementation_plan: /home/ann/project/docs/plans/TSK-7/PLAN.md\n",
    fix="Write the path from the project root, with forward slashes.",
)
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
    "excluded, a draft, a template, or no Markdown page in UTF-8",
    why="The record looks complete in the repository, yet readers of the site get no page.",
    example="implementation_plan: tasks/TSK-7/PLAN.md\n",
    fix="Move the file below `docs_dir`, or take it out of `exclude_docs` or `draft_docs`. "
    "Turn the rule off if these documents are meant to stay unpublished.",
)
LOG_WITHOUT_PLAN = Rule(
    code="PT106",
    name="log-without-plan",
    default=_WARNING,
    finds="a log of an active or completed task that does not refer to its plan: by a "
    "`Plan:` line, by a link, or by the plan's path in its text",
    why="Someone who finds the log first, in a search or an editor, should get to the plan "
    "without the site.",
    example="# EXEC_LOG for TSK-7\n\n## 2026-03-02\n- Created the keys.\n",
    fix="Add a line `Plan: PLAN.md` below the title.",
)
DOCUMENT_WITHOUT_TASK = Rule(
    code="PT107",
    name="document-without-task",
    default=_WARNING,
    finds="a plan or log that never names the task it serves",
    why="Outside the site nothing leads from the page to its task, and a copied page that "
    "still names another task goes unnoticed.",
    example="# Rotate the signing keys\n\n## Scope\n",
    fix="Name the id of the task in the title or in a line `Task: TSK-7`.",
)
BROKEN_DOCUMENT_LINK = Rule(
    code="PT108",
    name="broken-document-link",
    default=_ERROR,
    finds="a link in a plan, log, troubleshooting page or decision record, "
    "or a `Plan:` line of a log, that leads nowhere",
    why="The record refers to proof that readers cannot open.",
    example="The lock order is explained in [the decision](../../decisions/ADR-003.md).\n",
    fix="Correct the link; it is relative to the page that it stands in. "
    "Links to absolute paths and to `file:` only work on the machine they were written on.",
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
    default=_WARNING,
    finds="a plan that no task points to",
    why="Either its task lacks the link, or the plan was abandoned and misleads readers.",
    example="# docs/plans/phase0/TSK-7_old/PLAN.md exists, no metadata names it\n",
    fix="Name it in the `implementation_plan` of its task, or delete it.",
)
ORPHAN_LOG = Rule(
    code="PT113",
    name="orphan-log",
    default=_WARNING,
    finds="a log that no task points to",
    why="Either its task lacks the link, or what it records can only be found by chance.",
    example="# docs/plans/phase0/TSK-7_old/EXEC_LOG.md exists, no metadata names it\n",
    fix="Name it in the `implementation_log` of its task, or delete it.",
)

CATALOGUE: tuple[Rule, ...] = (
    INVALID_YAML,
    DUPLICATE_KEY,
    MISSING_FIELD,
    WRONG_TYPE,
    DUPLICATE_TASK,
    UNKNOWN_STATUS,
    NO_TASKS,
    OUTSIDE_ROOT,
    MISSING_PLAN,
    MISSING_LOG,
    BROKEN_PLAN_LINK,
    BROKEN_LOG_LINK,
    UNPUBLISHED_DOCUMENT,
    LOG_WITHOUT_PLAN,
    DOCUMENT_WITHOUT_TASK,
    BROKEN_DOCUMENT_LINK,
    UNKNOWN_TASK,
    DEPENDENCY_CYCLE,
    ORPHAN_PLAN,
    ORPHAN_LOG,
)
"""All rules, by code."""


def find_rule(word: str) -> Rule | None:
    """The rule of that code or name, compared without case; None if there is none."""
    wanted = word.strip().lower()
    return next((r for r in CATALOGUE if wanted in (r.code.lower(), r.name)), None)
