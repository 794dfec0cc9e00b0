"""PT2xx: the rules about what stands in plans, logs and evidence."""

from mkdocs_plantrace.rules.rule import Rule

UNFILLED_TEMPLATE = Rule(
    code="PT201",
    name="unfilled-template",
    finds="template text left in a plan or log of an active or completed task, "
    "or such a page that is empty",
    why="The page exists, so the task looks documented, yet nobody wrote what was meant "
    "or what happened.",
    example="# PLAN of TSK-7\n\n## Scope\n\n- <What is in scope>\n\n## Rollback\n\nTBD\n",
    fix="Write what the line asks for, or delete the section. Unfilled are `<fill in>`, "
    "`<YYYY-MM-DD>`, `TODO` and `TBD` standing alone, and every line that equals a line with "
    "a placeholder in a template: a file of the same name in a folder that starts with `_`.",
    language="markdown",
)
NO_FINAL_SUMMARY = Rule(
    code="PT202",
    name="no-final-summary",
    finds="the log of a completed task without a final summary",
    why="The summary is what the next person reads: how it ended, what was left open, "
    "what to do differently.",
    example="# EXEC_LOG of TSK-7\n\nPlan: PLAN.md\n\n## 2026-03-02\n\n- Created the keys.\n",
    fix="End the log with a section `## Final summary` (or `Summary`, `Final outcome`, "
    "`Lessons learned`), or a line `Final summary: …`, with text in it.",
    language="markdown",
)
COMPLETED_TOO_EARLY = Rule(
    code="PT203",
    name="completed-too-early",
    finds="a completed task that depends on one that is not completed",
    why="Either the work rests on something unfinished, or one of the two statuses, "
    "or the dependency, is wrong.",
    example="task_id: TSK-7\nstatus: completed\ndepends_on: [TSK-6]   # which is in progress\n",
    fix="Correct the status that is wrong, or remove the dependency that is not real.",
)
ERROR_WITHOUT_FIX = Rule(
    code="PT204",
    name="error-without-fix",
    finds="an entry in the log of a completed task that tells an error, and neither its fix "
    "nor its outcome",
    why="The task is done, so somebody got past the error. Whoever meets it next finds that it "
    "was met, and not what to do.",
    example="## 2026-03-02\n\n- Error: deadlock detected while two bookings hold seats\n"
    "- Root cause: the order of locks\n",
    fix="Add a line `Fix applied: …`, or `Outcome: …` where nothing was mended. Where the same "
    "error was fixed elsewhere, the hint names the place.",
    language="markdown",
)
MISSING_EVIDENCE = Rule(
    code="PT205",
    name="missing-evidence",
    finds="evidence that a completed task promises and that does not exist",
    why="The task was closed on proof that nobody can look at.",
    example="status: completed\nevidence: [evidence/phase0/key_rotation.json]\n",
    fix="Run the check that writes the file and keep it, or correct the path. Turn the rule off "
    "where evidence is made anew by each pipeline and never kept.",
)
INVALID_EVIDENCE = Rule(
    code="PT206",
    name="invalid-evidence",
    finds="evidence of a completed task that is not JSON, or lacks what `must_include` names",
    why="A report cut off half-way, or without the figures that were agreed on, proves nothing.",
    example="evidence:\n  - path: evidence/phase0/key_rotation.json\n"
    "    must_include: [git_sha, checks]\n",
    fix="Write the file again with the check it comes from. `must_include` names keys at the top "
    "of the file; `checks.total` is the key `total` inside `checks`.",
)
FAILING_EVIDENCE = Rule(
    code="PT207",
    name="failing-evidence",
    finds="evidence of a completed task whose `status` is neither PASS nor SKIPPED",
    why="The task says it is done, its own proof says it is not.",
    example='{"check_id": "KEY-ROTATION", "status": "FAIL"}\n',
    fix="Mend what fails and run the check again, or set the task back to a status that is true.",
    language="json",
)
RECURRING_ERROR = Rule(
    code="PT208",
    name="recurring-error",
    default=None,
    finds="an error that three tasks or more have met, and that no troubleshooting page is about",
    why="The third one who meets an error should read one page, not three logs. "
    "What keeps coming back is worth to be written down once, with what really helps.",
    example="# the logs of TSK-3, TSK-7 and TSK-9 all say\n"
    "- Error: deadlock detected while two bookings hold seats\n",
    fix="`plantrace promote` drafts the page from the entries; the hint names the error. A page "
    "is about an error if it names its signature or key, if an entry links to it, or if the "
    "registry names it as the `remediation_playbook`.",
    language="markdown",
)
