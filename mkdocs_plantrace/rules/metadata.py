"""PT0xx: the rules about metadata files and about the check itself."""

from mkdocs_plantrace.rules.rule import Rule, Severity

_ERROR = Severity.ERROR

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
    "a list written as text, a mapping where text belongs; in metadata, or in the registry "
    "of signatures",
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
UNKNOWN_FIELD = Rule(
    code="PT007",
    name="unknown-field",
    default=None,
    finds="a field that nobody declared; one whose name is a near miss of a known field "
    "is a warning even while the rule is off",
    why="A field with a slip in its name is a field that is not there: no rule reads it, "
    "and the task looks as if the value had never been written.",
    example="task_id: TSK-7\nimplementation_pln: docs/plans/TSK-7/PLAN.md\n",
    fix="Correct the name. Fields of your own are declared by the `properties` of the project's "
    "JSON Schema (option `schema`). `unknown-field: off` silences the near misses, too.",
)
KEY_STYLE = Rule(
    code="PT008",
    name="key-style",
    finds="a key of a metadata file that is not lower_snake_case, or a tab outside a value",
    why="`Depends-On` is another key than `depends_on`: nothing reads it. A tab looks like "
    "indentation and is none to YAML; one more edit and the file does not parse.",
    example="task_id: TSK-7\nDepends-On: [TSK-6]\n",
    fix="Write the key in lower case with `_` between words, and indent with spaces. "
    "A key that the option `fields` names is right as it is.",
)
SCHEMA = Rule(
    code="PT009",
    name="schema",
    default=_ERROR,
    finds="metadata that breaks the project's own JSON Schema (option `schema`)",
    why="What a team agreed on beyond the fields plantrace knows is only kept "
    "where something checks it.",
    example="# the schema says: priority is one of CRITICAL, HIGH, NORMAL, LOW\npriority: urgent\n",
    fix="Correct the value, or the schema. Checking needs the extra: "
    "`pip install 'mkdocs-plantrace[schema]'`.",
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
    "or passes through a symbolic link out of it; or such a link below `docs_dir`",
    why="Such a path means something else on every machine, and following it could publish a "
    "file that was never meant for the site. It is never read.",
    example="implementation_plan: /home/ann/project/docs/plans/TSK-7/PLAN.md\n",
    fix="Write the path from the project root, with forward slashes.",
)
STALE_BASELINE = Rule(
    code="PT012",
    name="stale-baseline",
    finds="a known problem in the baseline that is mended",
    why="As long as the entry stands, the same fault can come back unseen. A baseline is there "
    "to shrink.",
    example='{"rule": "PT104", "task": "TSK-7", "path": "tasks/TSK-7/meta.yml", …}\n',
    fix="Run `plantrace baseline --prune`, which drops the entries that are mended and adds none.",
    language="json",
)
