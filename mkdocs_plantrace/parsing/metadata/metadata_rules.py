"""The rules of metadata files."""

from mkdocs_plantrace.model.rule import Rule, Severity

INVALID_YAML = Rule(
    "PT001",
    "invalid-yaml",
    Severity.ERROR,
    finds="""\
a metadata file that does not parse, is not a mapping, is unreasonably large or deep, or whose \
content or path is not UTF-8; also a folder of metadata that cannot be read""",
    why="If a file cannot be read, its task is missing from the site and from all other checks.",
    language="yaml",
    example="""\
task_id: TSK-7
title: Rotate keys: staging first
""",
    fix="""\
Correct the syntax at this place. Put a value that contains `: ` or ` #` in quotes. Files over \
256 KiB or nested more than 100 levels deep are not accepted as metadata.""",
)
DUPLICATE_KEY = Rule(
    "PT002",
    "duplicate-key",
    Severity.ERROR,
    finds="a key that is repeated in one mapping",
    why="""\
YAML readers keep one of the two and silently ignore the other; which one depends on the reader.""",
    language="yaml",
    example="""\
status: planned
owner_role: ARCHITECT
status: completed
""",
    fix="Keep the correct one and delete the other.",
)
MISSING_FIELD = Rule(
    "PT003",
    "missing-field",
    Severity.ERROR,
    finds="a metadata file without id, title, status or phase",
    why="A task needs these four: without them it has no page, status or phase.",
    language="yaml",
    example="""\
task_id: TSK-7
status: planned
phase: '1'
""",
    fix="Add the field. If your project uses another key for it, set the option `fields`.",
)
WRONG_TYPE = Rule(
    "PT004",
    "wrong-type",
    Severity.ERROR,
    finds="""\
a field of the wrong type, in metadata or in the registry of signatures: an id that YAML does not \
read as text, text where a list is expected, a mapping where text is expected""",
    why="""\
YAML reads `007` as the number 7 and `yes` as true, so other tools see a different id than you \
wrote. A list written as text is one long name that matches nothing.""",
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
    finds="a status that belongs to no kind",
    why="""\
The rules for plans, logs and evidence depend on the kind of status; they do not apply to a task \
whose status is unknown.""",
    language="yaml",
    example="""\
status: complted
""",
    fix="""\
Correct the spelling, or add the word to the option `statuses`, such as `{shipped: completed}`.""",
)
UNKNOWN_FIELD = Rule(
    "PT007",
    "unknown-field",
    None,
    finds="""\
a field that is not declared. If its name is almost that of a known field, this is a warning even \
if the rule is off""",
    why="""\
A misspelled field has no effect: no rule reads it, and the task looks as if the field were \
missing.""",
    language="yaml",
    example="""\
task_id: TSK-7
implementation_pln: docs/plans/TSK-7/PLAN.md
""",
    fix="""\
Correct the name. Declare your own fields as `properties` of the project's JSON Schema (option \
`schema`). `unknown-field: off` also turns off the warnings about misspelled fields.""",
    reports_near_misses=True,
)
KEY_STYLE = Rule(
    "PT008",
    "key-style",
    Severity.WARNING,
    finds="a key of a metadata file that is not lower_snake_case, or a tab outside a value",
    why="""\
`Depends-On` is not the key `depends_on`: nothing reads it. YAML does not accept a tab as \
indentation.""",
    language="yaml",
    example="""\
task_id: TSK-7
Depends-On: [TSK-6]
""",
    fix="""\
Write the key in lower case with `_` between words, and indent with spaces. Keys in the option \
`fields` are not reported.""",
)
SCHEMA = Rule(
    "PT009",
    "schema",
    Severity.ERROR,
    finds="metadata that breaks the project's own JSON Schema (option `schema`)",
    why="A team can agree on more fields and values than plantrace knows. A schema checks them.",
    language="yaml",
    example="""\
# in the schema: priority is one of CRITICAL, HIGH, NORMAL, LOW
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
a path that is absolute, leaves the project root or passes through a symbolic link out of it; \
also a symbolic link below `docs_dir` that leaves the root""",
    why="""\
Such a path is different on every machine, and could publish a file that does not belong on the \
site. The file is never read.""",
    language="yaml",
    example="""\
implementation_plan: /home/ann/project/docs/plans/TSK-7/PLAN.md
""",
    fix="Write the path from the project root, with forward slashes.",
)
