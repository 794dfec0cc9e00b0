"""The rules for what stands in plans, logs and evidence."""

from mkdocs_plantrace.rules.rule import Rule, Severity

UNFILLED_TEMPLATE = Rule(
    "PT201",
    "unfilled-template",
    Severity.WARNING,
    finds="""\
template text left in a plan or log of an active or completed task, or such a page that is empty""",
    why="""\
The page exists, so the task looks documented, yet nobody wrote what was meant or what happened.""",
    language="markdown",
    example="""\
# PLAN of TSK-7

## Scope

- <What is in scope>

## Rollback

TBD
""",
    fix="""\
Write what the line asks for, or delete the section. Unfilled are `<fill in>`, `<YYYY-MM-DD>`, \
`TODO` and `TBD` standing alone, and every line that equals a line with a placeholder in a \
template: a file of the same name in a folder that starts with `_`.""",
)
NO_FINAL_SUMMARY = Rule(
    "PT202",
    "no-final-summary",
    Severity.WARNING,
    finds="the log of a completed task without a final summary",
    why="""\
The summary is what the next person reads: how it ended, what was left open, what to do \
differently.""",
    language="markdown",
    example="""\
# EXEC_LOG of TSK-7

Plan: PLAN.md

## 2026-03-02

- Created the keys.
""",
    fix="""\
End the log with a section `## Final summary` (or `Summary`, `Final outcome`, `Lessons \
learned`), or a line `Final summary: …`, with text in it.""",
)
COMPLETED_TOO_EARLY = Rule(
    "PT203",
    "completed-too-early",
    Severity.WARNING,
    finds="a completed task that depends on one that is not completed",
    why="""\
Either the work rests on something unfinished, or one of the two statuses, or the dependency, is \
wrong.""",
    language="yaml",
    example="""\
task_id: TSK-7
status: completed
depends_on: [TSK-6]   # which is in progress
""",
    fix="Correct the status that is wrong, or remove the dependency that is not real.",
)
ERROR_WITHOUT_FIX = Rule(
    "PT204",
    "error-without-fix",
    Severity.WARNING,
    finds="""\
an entry in the log of a completed task that tells an error, and neither its fix nor its outcome""",
    why="""\
The task is done, so somebody got past the error. Whoever meets it next finds that it was met, \
and not what to do.""",
    language="markdown",
    example="""\
## 2026-03-02

- Error: deadlock detected while two bookings hold seats
- Root cause: the order of locks
""",
    fix="""\
Add a line `Fix applied: …`, or `Outcome: …` where nothing was mended. Where the same error was \
fixed elsewhere, the hint names the place.""",
)
MISSING_EVIDENCE = Rule(
    "PT205",
    "missing-evidence",
    Severity.WARNING,
    finds="evidence that a completed task promises and that does not exist",
    why="The task was closed on proof that nobody can look at.",
    language="yaml",
    example="""\
status: completed
evidence: [evidence/phase0/key_rotation.json]
""",
    fix="""\
Run the check that writes the file and keep it, or correct the path. Turn the rule off where \
evidence is made anew by each pipeline and never kept.""",
)
INVALID_EVIDENCE = Rule(
    "PT206",
    "invalid-evidence",
    Severity.WARNING,
    finds="evidence of a completed task that is not JSON, or lacks what `must_include` names",
    why="""\
A report cut off half-way, or without the figures that were agreed on, proves nothing.""",
    language="yaml",
    example="""\
evidence:
  - path: evidence/phase0/key_rotation.json
    must_include: [git_sha, checks]
""",
    fix="""\
Write the file again with the check it comes from. `must_include` names keys at the top of the \
file; `checks.total` is the key `total` inside `checks`.""",
)
FAILING_EVIDENCE = Rule(
    "PT207",
    "failing-evidence",
    Severity.WARNING,
    finds="evidence of a completed task whose `status` is neither PASS nor SKIPPED",
    why="The task says it is done, its own proof says it is not.",
    language="json",
    example="""\
{"check_id": "KEY-ROTATION", "status": "FAIL"}
""",
    fix="""\
Mend what fails and run the check again, or set the task back to a status that is true.""",
)
RECURRING_ERROR = Rule(
    "PT208",
    "recurring-error",
    None,
    finds="""\
an error that three tasks or more have met, and that no troubleshooting page is about""",
    why="""\
The third one who meets an error should read one page, not three logs. What keeps coming back is \
worth to be written down once, with what really helps.""",
    language="markdown",
    example="""\
# the logs of TSK-3, TSK-7 and TSK-9 all say
- Error: deadlock detected while two bookings hold seats
""",
    fix="""\
`plantrace promote` drafts the page from the entries; the hint names the error. A page is about \
an error if it names its signature or key, if an entry links to it, or if the registry names it \
as the `remediation_playbook`.""",
)
