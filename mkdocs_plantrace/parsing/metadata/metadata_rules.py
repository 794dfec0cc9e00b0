"""The rules for metadata files and the check itself."""

from mkdocs_plantrace.model.rule import Rule, Severity

INVALID_YAML = Rule(
    "PT001",
    "invalid-yaml",
    Severity.ERROR,
    finds="""\
a metadata file that does not parse, is not UTF-8, is not a mapping, or is unreasonably large or \
deep""",
    why="A file that cannot be read drops its task from the site and from every other check.",
    language="yaml",
    example="""\
task_id: TSK-7
title: Rotate keys: staging first
""",
    fix="""\
Mend the syntax at the place given; a value with `: ` or ` #` in it needs quotes. Files over 256 \
KiB or nested more than 100 deep are not metadata.""",
)
DUPLICATE_KEY = Rule(
    "PT002",
    "duplicate-key",
    Severity.ERROR,
    finds="a key written twice in one mapping",
    why="""\
YAML readers keep one of the two and drop the other without a word; which one depends on the \
reader.""",
    language="yaml",
    example="""\
status: planned
owner_role: ARCHITECT
status: completed
""",
    fix="Keep the one that is true and delete the other.",
)
MISSING_FIELD = Rule(
    "PT003",
    "missing-field",
    Severity.ERROR,
    finds="a metadata file without id, title, status or phase",
    why="These four place a task: without them it has no page, no state and no phase index.",
    language="yaml",
    example="""\
task_id: TSK-7
status: planned
phase: '1'
""",
    fix="Add the field. If your team uses another name for it, say so once under `fields:`.",
)
WRONG_TYPE = Rule(
    "PT004",
    "wrong-type",
    Severity.ERROR,
    finds="""\
a field of the wrong type: an id that YAML reads as something else than its text, a list written \
as text, a mapping where text belongs; in metadata, or in the registry of signatures""",
    why="""\
YAML reads `007` as the number 7 and `yes` as true, so other tools see another id than the one \
you wrote; a list written as text is one long name that matches nothing.""",
    language="yaml",
    example="""\
task_id: 007
depends_on: TSK-1, TSK-2
""",
    fix="Write the id in quotes, and lists as `[TSK-1, TSK-2]` or one `- TSK-1` per line.",
)
UNKNOWN_STATUS = Rule(
    "PT006",
    "unknown-status",
    Severity.ERROR,
    finds="a status that no kind of status claims",
    why="""\
The rules for plans, logs and evidence depend on the kind of status; a task whose status is \
unknown would silently escape them.""",
    language="yaml",
    example="""\
status: complted
""",
    fix="""\
Correct the spelling, or declare the word under `statuses:`, for example `{shipped: completed}`.""",
)
UNKNOWN_FIELD = Rule(
    "PT007",
    "unknown-field",
    None,
    finds="""\
a field that nobody declared; one whose name is a near miss of a known field is a warning even \
while the rule is off""",
    why="""\
A field with a slip in its name is a field that is not there: no rule reads it, and the task \
looks as if the value had never been written.""",
    language="yaml",
    example="""\
task_id: TSK-7
implementation_pln: docs/plans/TSK-7/PLAN.md
""",
    fix="""\
Correct the name. Fields of your own are declared by the `properties` of the project's JSON \
Schema (option `schema`). `unknown-field: off` silences the near misses, too.""",
    reports_near_misses=True,
)
KEY_STYLE = Rule(
    "PT008",
    "key-style",
    Severity.WARNING,
    finds="a key of a metadata file that is not lower_snake_case, or a tab outside a value",
    why="""\
`Depends-On` is another key than `depends_on`: nothing reads it. A tab looks like indentation \
and is none to YAML; one more edit and the file does not parse.""",
    language="yaml",
    example="""\
task_id: TSK-7
Depends-On: [TSK-6]
""",
    fix="""\
Write the key in lower case with `_` between words, and indent with spaces. A key that the \
option `fields` names is right as it is.""",
)
SCHEMA = Rule(
    "PT009",
    "schema",
    Severity.ERROR,
    finds="metadata that breaks the project's own JSON Schema (option `schema`)",
    why="""\
What a team agreed on beyond the fields plantrace knows is only kept where something checks it.""",
    language="yaml",
    example="""\
# the schema says: priority is one of CRITICAL, HIGH, NORMAL, LOW
priority: urgent
""",
    fix="""\
Correct the value, or the schema. Checking needs the extra: `pip install \
'mkdocs-plantrace[schema]'`.""",
)
OUTSIDE_ROOT = Rule(
    "PT011",
    "outside-root",
    Severity.ERROR,
    finds="""\
a path that is absolute, leaves the project root, or passes through a symbolic link out of it; \
or such a link below `docs_dir`""",
    why="""\
Such a path means something else on every machine, and following it could publish a file that \
was never meant for the site. It is never read.""",
    language="yaml",
    example="""\
implementation_plan: /home/ann/project/docs/plans/TSK-7/PLAN.md
""",
    fix="Write the path from the project root, with forward slashes.",
)
