"""The options: names, defaults, types and texts, for plugin, commands and documentation."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Any, NamedTuple

from mkdocs_plantrace.config import option_values
from mkdocs_plantrace.config.fields import FIELDS
from mkdocs_plantrace.config.layouts import PRESETS, Layout, read_layouts
from mkdocs_plantrace.config.option_values import NavMode
from mkdocs_plantrace.config.page_texts import LANGUAGES, Words
from mkdocs_plantrace.config.vocabulary import LOG_FIELDS, STATUSES
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.utils.terminal import short_repr


class Option(NamedTuple):
    """An option: `value` is its default as in YAML, `text` is Markdown."""

    name: str
    type: str
    value: object
    text: str
    read: Callable[[object], object]

    @property
    def default(self) -> str:
        if isinstance(self.value, str):
            return repr(self.value) if self.value.startswith("*") else self.value
        return str(self.value) if isinstance(self.value, list) else json.dumps(self.value)


def _option(
    read: Callable[[object], object], default: object, text: str, takes: str = "mapping"
) -> Any:
    """Declare an option as a field of the settings, with its default as in YAML."""
    value = read(default)
    declared = {"type": takes, "value": default, "text": text, "read": read}
    return field(default_factory=lambda: value, metadata=declared)


_switch = partial(_option, option_values.read_flag, True, takes="true or false")
_matching = partial(_option, option_values.read_globs, takes="glob or list of globs")
_optional = partial(_option, option_values.read_optional_path, None, takes="path")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options after validation.

    `rules` has the configured severities, by code or name in lower case; `log_fields` the field
    of each normalized label.
    """

    enabled: bool = _switch(
        "Turns the plugin on or off. With `!ENV [PLANTRACE, true]`, a pipeline can turn it off.",
    )
    root: str = _option(
        option_values.read_text,
        ".",
        "The project root, relative to `mkdocs.yml`. All paths in metadata start here; "
        "`docs_dir` must be inside it. Nothing outside the root is read.",
        "path",
    )
    layout: tuple[Layout, ...] = _option(
        read_layouts,
        "plantrace",
        f"Where tasks, plans and logs are: {', '.join(f'`{name}`' for name in PRESETS)}, or a "
        "mapping that describes your own layout.",
        "name or mapping",
    )
    layouts: tuple[Layout, ...] = _option(
        lambda value: read_layouts(value) if value else (),
        [],
        "Several layouts, for a repository that uses more than one. If it is set, the option "
        "`layout` has no effect.",
        "list of names or mappings",
    )
    publish: bool = _switch(
        "Publishes the files of a layout that are outside `docs_dir`, below the generated pages. "
        "What `exclude_docs` or `.gitignore` excludes is never published.",
    )
    tasks: tuple[str, ...] = _matching(
        "tasks/**/meta.yml",
        "The metadata files, as globs from the root. Folders whose names start with `_` contain "
        "templates and are ignored; hidden folders and `node_modules` are not searched.",
    )
    plans: tuple[str, ...] = _matching(
        "**/PLAN.md",
        "Plans, as globs from `docs_dir`. Plans to which no task refers are reported.",
    )
    logs: tuple[str, ...] = _matching(
        "**/EXEC_LOG.md",
        "Execution logs, as globs from `docs_dir`. Logs to which no task refers are reported.",
    )
    troubleshooting: tuple[str, ...] = _matching(
        "**/troubleshooting/**/*.md", "Troubleshooting pages, as globs from `docs_dir`."
    )
    decisions: tuple[str, ...] = _matching(
        ["**/adr/**/*.md", "**/adrs/**/*.md", "**/decisions/**/*.md"],
        "Decision records, as globs from `docs_dir`.",
    )
    search: tuple[str, ...] = _option(
        option_values.read_any_globs,
        [],
        "Other pages, as globs from `docs_dir`, that `plantrace errors` and the error index also "
        "search. They always search plans, logs, troubleshooting pages and decision records.",
        "glob or list of globs, or none",
    )
    fields: Mapping[str, str] = _option(
        option_values.read_fields,
        {},
        "Other keys for the known fields, such as `{id: key, plan: design_doc}`. "
        f"The fields are {', '.join(f'`{name}` (`{key}`)' for name, key in FIELDS.items())}.",
    )
    statuses: Mapping[str, StatusKind] = _option(
        option_values.read_statuses,
        {},
        "More words for the kinds of status (`planned`, `active`, `blocked`, `completed`, "
        "`dropped`), such as `{shipped: completed, parked: dropped}`.",
    )
    phases: Mapping[str, str] = _option(
        option_values.read_phases,
        {},
        "Titles of phases, such as `{'0': Foundations}`. Phases listed here come first, in "
        "this order; the others follow, numbers (`0, 0.1, 0.5, 1, 2, 10`) before words.",
    )
    prefix: str = _option(
        option_values.read_prefix, "trace", "The generated pages are below this URL.", "folder name"
    )
    nav: NavMode = _option(
        option_values.read_nav,
        "pruned",
        "`pruned` keeps plans, logs, and the pages of single tasks, owners and errors out of the "
        "site navigation. Themes render the whole navigation "
        "into every page, so a full one needs quadratic time and space. `full` keeps all pages, "
        "`none` adds nothing. Pages in your own `nav` are never removed.",
        "pruned, full or none",
    )
    autolink: bool = _switch(
        "Turns task ids in running text into links. An id that is a plain word or number is "
        "never linked.",
    )
    rules: Mapping[str, Severity | None] = _option(
        option_values.read_rules,
        {},
        "Severities by code or name, such as `{orphan-plan: off, PT106: error}`: "
        "`error` fails the build, `warning` fails it under `--strict`, `off` turns the rule off.",
    )
    baseline: str | None = _optional(
        "A file, as a path from the root, with known problems, which do not fail. `plantrace "
        "baseline` creates the file. Fixed problems are reported until they are removed from it.",
    )
    evidence: str | None = _optional(
        "A JSON file, as a path from the root, for the result of the check. `mkdocs build` and "
        "`plantrace check` always write it, `mkdocs serve` never does.",
    )
    schema: str | None = _optional(
        "A JSON Schema for the metadata files, as a path from the root. "
        "Needs `pip install 'mkdocs-plantrace[schema]'`.",
    )
    signatures: str | None = _optional(
        "A registry of failure signatures: a YAML file, as a path from the root. A signature can "
        "have a description, owner, troubleshooting page, aliases and successor. Mistakes in the "
        "file are reported as problems, as in metadata.",
    )
    log_fields: Mapping[str, str] = _option(
        option_values.read_log_fields,
        {},
        "More labels for the fields of log entries, one or a list for each, such as "
        "`{fix: [what helped], error: trouble}`. Case, `_` and `-` do not matter. A label "
        "of another field moves to this one. "
        f"The fields are {', '.join(f'`{name}`' for name in LOG_FIELDS)}.",
    )
    stale_after: int = _option(
        option_values.read_days,
        14,
        "The overview lists tasks in progress that have not changed for this number of days, "
        "according to Git. With `0`, it lists none.",
        "number of days",
    )
    templates: str | None = _optional(
        "A folder, as a path from the root, whose Jinja templates override the built-in ones "
        "of the same name.",
    )
    history: bool = _switch(
        "Reads the history from Git: when tasks were created, started, completed and changed, and "
        "by whom. Pages show it as dates, as the page of changes and as the progress over time.",
    )
    language: Words = _option(
        option_values.read_language,
        LANGUAGES[0],
        "The language of generated pages: `en` or `de`. A mapping replaces single words or whole "
        "texts, such as `{phase: milestone}`; its key `base` is the language to start from. "
        "Metadata, messages and rules are not translated.",
        "language or mapping",
    )

    @property
    def used_layouts(self) -> tuple[Layout, ...]:
        return self.layouts or self.layout

    @property
    def other_layouts(self) -> tuple[Layout, ...]:
        """The layouts that the other options do not describe."""
        return tuple(layout for layout in self.used_layouts if not layout.is_default)

    @property
    def has_default_layout(self) -> bool:
        return any(layout.is_default for layout in self.used_layouts)

    def find_layout(self, name: str) -> Layout | None:
        return next((layout for layout in self.other_layouts if layout.name == name), None)

    def has_log(self, layout: str) -> bool:
        """Whether tasks of a layout have a log."""
        declared = self.find_layout(layout)
        return declared is None or bool(declared.log)

    def key_of(self, field: str, layout: str) -> str:
        """Return the key of a field in the files of a layout."""
        declared = self.find_layout(layout)
        return (declared.fields if declared else self.fields)[field].removeprefix("#")

    def within(self, layout: Layout) -> "Settings":
        """Return the settings with the fields and statuses of a layout."""
        own = {word: kind for word, kind in self.statuses.items() if STATUSES.get(word) != kind}
        return replace(self, fields=layout.fields, statuses={**layout.statuses, **own})

    def severity_of(self, rule: Rule, layout: str = "") -> Severity | None:
        """The severity of a rule in a layout, by default the only one; None if it is off."""
        if self.sets(rule):
            return self.rules.get(rule.code.lower(), self.rules.get(rule.name))
        used = self.used_layouts
        declared = used[0] if len(used) == 1 else self.find_layout(layout)
        rules = declared.rules if declared else {}
        return rules.get(rule.code.lower(), rules.get(rule.name, rule.default))

    def is_on(self, rule: Rule) -> bool:
        """Whether the rule is on in any layout."""
        return any(self.severity_of(rule, it.name) is not None for it in self.used_layouts)

    def resolve_severity(self, rule: Rule, found: Severity, layout: str = "") -> Severity | None:
        """Return the severity of a problem that its check reports as `found`."""
        is_near_miss = rule.reports_near_misses and not self.sets(rule)
        return found if is_near_miss else self.severity_of(rule, layout)

    def is_turned_off(self, rule: Rule) -> bool:
        """Whether the configuration turns the rule off, not its default."""
        return self.sets(rule) and self.severity_of(rule) is None

    def sets(self, rule: Rule) -> bool:
        """Whether the configuration has a severity for the rule."""
        return not self.rules.keys().isdisjoint((rule.code.lower(), rule.name))


OPTIONS = tuple(Option(declared.name, **declared.metadata) for declared in fields(Settings))


def validate_options(options: Mapping[str, object]) -> tuple[Settings, tuple[tuple[str, str], ...]]:
    """Return the settings, and pairs of option and message; invalid values become defaults."""
    declared = {option.name: option for option in OPTIONS}
    values: dict[str, Any] = {}
    messages = []
    for name, value in options.items():
        if name not in declared:
            is_short = isinstance(name, str) and len(name) <= option_values.LONGEST_TEXT
            shown = name if is_short else short_repr(name).strip("'\"")
            messages.append((shown, f"unknown option{option_values.suggest(str(name), declared)}"))
            continue
        try:
            option_values.refuse_unprintable(value)
            values[name] = declared[name].read(value)
        except option_values.InvalidOptionError as error:
            messages.append((name, str(error)))
    return Settings(**values), tuple(messages)
