"""Reads what a plan or log tells of errors, in whatever style it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from mkdocs_plantrace.model import Heading, LogEntry, Story
from mkdocs_plantrace.reading import telling
from mkdocs_plantrace.reading.code import without_code
from mkdocs_plantrace.reading.drafts import Draft, Failure
from mkdocs_plantrace.reading.statements import (
    Kind,
    Labels,
    Statement,
    date_in,
    read_statements,
)
from mkdocs_plantrace.reading.whereabouts import Whereabouts
from mkdocs_plantrace.settings import LOG_LABELS, fold_label

_REMEDIATION = re.compile(
    r"(?i)\b(?:rem|remediation|incident|hotfix|post-?mortem|bug-?fix\w*)(?:\b|_)"
)
_SIGNS = (
    *("error", "errno", "fail", "cause", "issue", "bug", "problem", "symptom", "finding", "observ"),
    *("broke", "hung", "hang", "crash", "fix", "reproduced", "denied", "reject", "refused"),
    *("blocker", "drift", "flagged", "timed out", "died", "dying", "stalled", " red", "incident"),
    *("exception", "happened", "went wrong", "regress", "reported", "exposed"),
)
"""Without one of these no log tells of an error."""
_NO_SIGN = re.compile(r"failure[ _-]signature|fail[ -]closed|prefix")
_ALL = re.compile(
    r"(?i)\b(?:all|both|every|each)\b[^.\n]{0,40}\b(?:bugs?|issues?|errors?|failures?|problems?)\b"
)
_NEAR, _FAR = 5, 15
_LONGEST_VERDICT = 200
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Colours of a terminal, and what no page and no terminal should show."""
_NAMES_TASKS = frozenset({"task", "tasks", "task id", "task ids", "origin task id"})
_TOP_LEVEL = 2
_SENTENCE = 5
_FEWEST_WORDS = 3
_MOST_COMPARED = 50
_PROPOSED = "recommended fix"


def read_story(
    path: str,
    text: str,
    visible: str,
    headings: Iterable[Heading],
    labels: Mapping[str, str],
    *,
    is_plan: bool = False,
) -> Story:
    """Read one page.

    `text` has LF line ends, `visible` lacks its code blocks and comments; `labels` maps folded
    labels to the names of fields. In a plan only what is labelled counts: it speaks of failures
    to come.
    """
    folder = path.rpartition("/")[0].rpartition("/")[2]
    is_remediation = _REMEDIATION.search(folder) is not None
    if not (is_remediation or _may_tell(text, is_plan=is_plan) or _has_label_of(text, labels)):
        return Story()
    if not text.replace("\n", "").isprintable() and _CONTROL.search(text):
        text, visible = _CONTROL.sub("", text), _CONTROL.sub("", visible)
        headings = [heading._replace(text=_CONTROL.sub("", heading.text)) for heading in headings]
    headings = list(headings)
    statements = read_statements(text, visible, headings, _recogniser(tuple(labels.items())))
    anchors = {heading.line: heading.anchor for heading in headings}
    teller = _Teller(
        path,
        statements,
        anchors,
        date_in(folder),
        is_plan=is_plan and not is_remediation,
        is_log=not is_plan,
        is_remediation=is_remediation,
    )
    return teller.tell()


def _may_tell(text: str, *, is_plan: bool) -> bool:
    """Whether it is worth to look closer; plain searches are fast."""
    low = text.lower()
    if "signature" in low:
        return True
    if is_plan:
        return "cause" in low.replace("because", "")
    plain = _NO_SIGN.sub("", low)
    return any(sign in plain for sign in _SIGNS)


def _has_label_of(text: str, labels: Mapping[str, str]) -> bool:
    """Whether a text may have a label that only this project has, perhaps in another language."""
    if len(labels) <= len(LOG_LABELS):  # projects only add to them
        return False
    folded = fold_label(text)
    return any(label in folded for label in labels.keys() - LOG_LABELS.keys())


@lru_cache(maxsize=4)
def _recogniser(labels: tuple[tuple[str, str], ...]) -> Labels:
    return Labels(dict(labels))


class _Teller:
    """Follows a log from its first statement to its last."""

    def __init__(
        self,
        path: str,
        statements: list[Statement],
        anchors: Mapping[int, str],
        date: str | None,
        *,
        is_plan: bool,
        is_log: bool,
        is_remediation: bool,
    ) -> None:
        self._path = path
        self._statements = statements
        self._is_plan = is_plan
        self._is_log = is_log
        self._is_remediation = is_remediation
        self._drafts: list[Draft] = []
        self._current: Draft | None = None
        self._failure: Failure | None = None
        self._first_failure: Failure | None = None
        self._item: Statement | None = None
        self._change: tuple[str, Statement] | None = None
        self._context: tuple[int, str, Statement] | None = None
        self._here = Whereabouts(anchors, date)
        self._signature: str | None = None
        self._section_signature: str | None = None
        self._outcome: str | None = None
        self._head_context: str | None = None
        self._index = 0
        self._settled = 0

    def tell(self) -> Story:
        """Go through all statements."""
        for index, statement in enumerate(self._statements):
            self._index = index
            if self._failure and index - self._failure.position > _FAR:
                self._failure = None
            if statement.level:
                self._enter(statement)
            if statement.date and not statement.level:
                self._here.date = statement.date
            if statement.cells:
                self._row(statement)
            elif statement.kind is Kind.FIELD:
                self._field(statement)
            elif not self._is_plan:
                self._say(statement)
        only = self._drafts[0] if len(self._drafts) == 1 else None
        if self._change and self._is_remediation and only and not only.is_apart:
            only.texts.setdefault("fix", [self._change[0]])
        entries = tuple(self._entry(draft) for draft in self._drafts if draft.is_entry)
        return Story(
            entries=entries,
            signature=self._signature,
            loose=self._loose(),
            is_past=not self._is_plan,
            tasks=tuple(
                word.strip("`*_.,;()")
                for statement in self._statements
                if statement.label in _NAMES_TASKS
                for word in statement.text.split()
            ),
        )

    def _loose(self) -> LogEntry | None:
        """What is too little for an entry: a cause, a failure, or the first change."""
        for draft in self._drafts:
            if not draft.is_entry:
                return self._entry(draft)
        if self._first_failure and not self._drafts:
            return self._entry(self._begin_with_failure(self._first_failure))
        if self._change is None:
            return None
        text, statement = self._change
        draft = self._begin(statement)
        draft.add("fix", text, statement)
        return self._entry(draft)

    def _enter(self, heading: Statement) -> None:
        self._item = None
        self._here.enter(heading)
        if heading.kind is Kind.HEADING:
            self._section_signature = None
        if self._is_plan:
            return
        if heading.kind is Kind.HEADING:
            is_title = heading.level > 1 and not self._here.is_recap
            if is_title and telling.is_failure_title(heading.first):
                certain = telling.tells_failure(heading.first)
                self._fail(heading.first, heading, is_certain=certain)
                if self._current and self._current.has("fix"):
                    self._current = None
        elif heading.name == "error" and not telling.is_told(heading.text):
            # `## Issue 3 (baseline drift)`: the fields below tell the rest
            self._failure = None
            if not telling.is_general(heading.title):
                self._fail(heading.title, heading)
                self._current = None

    def _field(self, statement: Statement) -> None:
        text = statement.text
        if statement.name in ("cause", "fix") and not self._is_plan:
            self._name_by_place(statement)
        if statement.name == "signature":
            self._sign(text, statement)
            return
        if not telling.is_told(text):
            return
        handlers = {
            "error": self._error,
            "cause": self._cause,
            "fix": self._fix,
            "outcome": self._outcome_of,
            "context": self._context_of,
            "finding": self._finding,
        }
        handlers[statement.name](text, statement)

    def _name_by_place(self, statement: Statement) -> None:
        """A cause below an item, or first below a heading, tells of what that says."""
        item, self._item = self._item, None
        if item and item.indent < statement.indent:
            if self._failure is None or self._failure.statement is not item:
                self._fail(item.text, item)
            self._current = None
        elif heading := self._naming_heading(statement):
            self._fail(heading.first, heading)
            self._current = None

    def _naming_heading(self, cause: Statement) -> Statement | None:
        """The heading above, if it is the error of this cause: a fix follows, and nothing else."""
        heading, current = self._here.heading, self._current
        if heading is None or heading.level == 1 or cause.name != "cause":
            return None
        if self._failure or self._here.is_recap or telling.is_general(heading.first):
            return None
        if "cause" not in cause.label:  # `Reason:` and the like stand below headings of all kinds
            return None
        if current and (self._is_here(current) or self._may_add(current, "cause")):
            return None
        return heading if self._follows("fix") else None

    def _sign(self, text: str, statement: Statement) -> None:
        name, rest = telling.split_signature(text)
        if name is None:
            is_here = self._current is not None and self._is_here(self._current)
            is_text = telling.is_told(text) and text.count(" ") >= _FEWEST_WORDS
            if is_text and not is_here and not self._is_plan:
                self._error(text, statement)
            return
        if not telling.is_told(name):
            return
        if self._here.is_head or statement.level == _TOP_LEVEL:
            self._signature = self._signature or name
        elif (
            self._current
            and self._current.chapter == self._here.chapter
            and not (self._current.signature)
        ):
            self._current.signature = name
        else:
            self._section_signature = name
        if not self._is_plan and (telling.tells_failure(rest) or rest.count(" ") >= _SENTENCE):
            self._error(rest, statement)

    def _error(self, text: str, statement: Statement) -> None:
        self._item = None
        if telling.is_reference(text) or telling.is_wanted(text):
            return
        current = self._current
        retold = self._retold(text, as_error=True)
        is_again = self._here.is_recap or (retold and retold.date == self._here.date)
        is_apart = self._has_own_section(statement)
        if retold and is_again and not is_apart:
            self._current = retold
            return
        if current and not current.has("error") and self._is_before(current, statement):
            current.add("error", text, statement, self._here.section)
            current.is_explicit = True
            return
        if current and self._is_here(current):
            is_same = current.is_titled or statement.label == current.label
            if current.has("error") and not current.has("cause", "fix", "outcome") and is_same:
                current.add("error", text, statement)
                return
        draft = self._begin(statement, is_explicit=True)
        draft.add("error", text, statement)
        draft.is_apart = is_apart
        self._failure = None

    def _has_own_section(self, error: Statement) -> bool:
        """Whether a dated heading of its own, as `plantrace log` writes it, announces an error."""
        heading = self._here.heading
        if heading is None or heading.date is None or heading.level <= _TOP_LEVEL:
            return False
        below = (draft for draft in self._drafts if draft.section == self._here.section)
        return error.is_listed and error.label == "error" and next(below, None) is None

    def _is_before(self, draft: Draft, error: Statement) -> bool:
        """Whether cause or fix were told before this error, and no fix comes after it."""
        is_section_before = error.level > 0 and draft.section == self._here.section - 1
        return (self._is_here(draft) or is_section_before) and not self._follows("fix")

    def _cause(self, text: str, statement: Statement) -> None:
        current = self._current = self._numbered(statement) or self._current
        if current and self._may_add(current, "cause"):
            current.add("cause", text, statement, self._here.section)
        elif self._failure:
            self._begin_with_failure(self._failure).add("cause", text, statement)
        elif (retold := self._retold(text)) or (self._here.is_recap and self._drafts):
            self._current = retold or self._current
        else:
            self._begin(statement).add("cause", text, statement)

    def _fix(self, text: str, statement: Statement) -> None:
        current = self._current = self._numbered(statement) or self._current
        if (
            current
            and (not current.has("fix") or not self._failure)
            and self._may_add(current, "fix")
        ):
            current.add("fix", text, statement, self._here.section)
        elif self._failure:
            current = self._begin_with_failure(self._failure)
            current.add("fix", text, statement)
        elif self._retold(text) or (self._here.is_recap and self._drafts):
            return
        else:
            current = self._begin(statement)
            current.add("fix", text, statement)
        if statement.label == _PROPOSED:
            current.is_proposed = True

    def _outcome_of(self, text: str, statement: Statement) -> None:
        current = self._current
        if self._here.is_head and not self._drafts:
            self._outcome = self._outcome or text
        if len(text) <= _LONGEST_VERDICT and _ALL.search(text) and telling.is_good(text):
            self._settle_all(text)
        elif current and self._is_here(current) and self._is_next(current) and current.has("error"):
            current.add("outcome", text, statement)
        elif self._tells_new_failure(text):
            self._fail(text, statement)
        elif current and current.has("error", "cause") and self._may_add(current, "outcome"):
            current.add("outcome", text, statement)

    def _tells_new_failure(self, text: str) -> bool:
        is_free = self._current is None or self._current.has("fix")
        words = without_code(text)
        return is_free and not self._is_plan and telling.tells_failure(words)

    def _settle_all(self, verdict: str) -> None:
        """An outcome such as "All four bugs fixed" is that of every error told so far."""
        for draft in self._drafts[self._settled :]:
            if not telling.is_good("\n".join(draft.texts.get("outcome", ()))):
                draft.texts["outcome"] = [verdict]
        self._settled = len(self._drafts)

    def _context_of(self, text: str, statement: Statement) -> None:
        if self._here.is_head and not self._drafts:
            self._head_context = self._head_context or text
        current = self._current
        if current and self._is_here(current) and not current.has("context", "fix"):
            current.add("context", text, statement)
        else:
            self._context = self._here.section, text, statement

    def _finding(self, text: str, statement: Statement) -> None:
        if self._is_plan or self._here.is_recap or telling.is_expected(text):
            return
        current = self._current
        if current and self._is_here(current) and current.has("error") and not current.has("fix"):
            return
        if self._failure is None:
            self._fail(text, statement, is_certain=telling.tells_failure(text))

    def _row(self, statement: Statement) -> None:
        """A row of a table with a column for errors is an entry of its own."""
        cells = {name: cell for name, cell in statement.cells if telling.is_told(cell)}
        if "finding" in cells and telling.is_change(cells.get("outcome", "")):
            cells.setdefault("fix", cells["outcome"])
        if "finding" in cells and cells.keys() & {"cause", "fix"}:
            cells.setdefault("error", cells["finding"])
        cells.pop("finding", None)
        error = cells.get("error", "")
        if self._is_plan or not error or not cells.keys() & {"cause", "fix"}:
            return
        if telling.is_reference(error) or self._retold(error):
            return
        draft = self._begin(statement, is_explicit=True)
        for name, cell in cells.items():
            if name == "signature":
                draft.signature = telling.split_signature(cell)[0]
            else:
                draft.add(name, cell, statement)
        self._current = None

    def _say(self, statement: Statement) -> None:
        """An item or a paragraph may tell of a failure, or of what was changed after one."""
        if statement.kind is Kind.HEADING or telling.is_aside(statement.label):
            return
        if statement.kind is Kind.ROW and not self._is_log:  # plans list risks in tables
            return
        if statement.kind is Kind.ITEM:
            self._item = statement
        if statement.below and (head := telling.heads_list_of_mended(statement.first)):
            self._listed(statement, head)
            return
        text = statement.text
        if cause := telling.cause_in(text):
            self._cause(cause, statement)
        else:
            self._hear(_tale(statement, text), statement)

    def _hear(self, tale: telling.Tale, statement: Statement) -> None:
        if tale.error and tale.fix:
            self._begin_with(tale, statement)
        elif tale.error:
            if not self._here.is_recap:
                self._fail(tale.error, statement)
        elif tale.fix:
            self._changed(tale.fix, statement)
        if tale.outcome and not tale.error:
            self._works(tale.outcome, statement)

    def _listed(self, statement: Statement, head: str) -> None:
        """Below a line such as "Fixed these issues:" every item is an error of its own."""
        for number, line in enumerate(statement.below, start=1):
            item = telling.item_of(line)
            if item and not self._retold(item, as_error=True):
                draft = self._begin(statement, is_explicit=True)
                draft.add("error", item, statement)
                draft.texts["outcome"] = [head]
                draft.start = draft.end = statement.line + number

    def _begin_with(self, tale: telling.Tale, statement: Statement) -> None:
        if self._retold(tale.error, as_error=True) or (self._here.is_recap and self._drafts):
            return
        draft = self._begin(statement)
        for name in ("error", "cause", "fix", "outcome"):
            if text := getattr(tale, name):
                draft.add(name, text, statement)
        self._failure = None

    def _changed(self, text: str, statement: Statement) -> None:
        current, failure = self._current, self._failure
        if telling.is_bookkeeping(text) or self._here.is_vain:
            return
        if failure and failure.is_certain and self._index - failure.position <= _NEAR:
            self._begin_with_failure(failure).add("fix", text, statement)
        elif current and self._lacks_fix(current, statement):
            current.add("fix", text, statement, self._here.section)
        elif not current and not self._change:
            self._change = text, statement

    def _lacks_fix(self, draft: Draft, statement: Statement) -> bool:
        """Whether a change that no label calls a fix may be that of the error told last."""
        if draft.has("fix") or not draft.has("error", "cause"):
            return False
        if draft.is_apart and not self._is_here(draft):
            return False
        return not draft.has("outcome") or statement.line - draft.end <= _NEAR

    def _works(self, text: str, statement: Statement) -> None:
        """A sentence that says that it works, soon after the fix, is the outcome."""
        current = self._current
        if not current or not current.has("fix") or current.has("outcome"):
            return
        if self._is_here(current) and statement.line - current.end <= _NEAR:
            current.add("outcome", text, statement)

    def _begin(self, statement: Statement, *, is_explicit: bool = False) -> Draft:
        draft = Draft(
            start=statement.line,
            end=statement.end,
            section=self._here.section,
            chapter=self._here.chapter,
            anchor=self._here.anchor,
            date=self._here.date,
            is_explicit=is_explicit,
            label=statement.label,
            number=statement.number,
            is_titled=statement.level > 0,
            signature=self._section_signature,
        )
        self._section_signature = None
        if self._context and self._context[0] == self._here.section and not self._here.is_head:
            draft.add("context", self._context[1], self._context[2])
            self._context = None
        self._drafts.append(draft)
        self._current = draft
        return draft

    def _begin_with_failure(self, failure: Failure) -> Draft:
        self._failure = None
        if (retold := self._retold(failure.text, as_error=True)) is not None:
            self._current = retold
            return retold
        draft = self._begin(failure.statement)
        draft.anchor, draft.date = failure.anchor, failure.date
        draft.add("error", failure.text, failure.statement)
        return draft

    def _fail(self, text: str, statement: Statement, *, is_certain: bool = True) -> None:
        """Remember that something failed: what follows may tell what was done about it."""
        self._failure = Failure(
            self._index, text, statement, self._here.anchor, self._here.date, is_certain=is_certain
        )
        self._first_failure = self._first_failure or self._failure

    def _numbered(self, statement: Statement) -> Draft | None:
        """The error of this chapter that has the number of a cause or fix, and lacks that."""
        number, name = statement.number, statement.name
        if number is None:
            return None
        for draft in self._drafts[-_MOST_COMPARED:]:
            is_here = draft.chapter == self._here.chapter
            if is_here and draft.number == number and not draft.has(name):
                return draft
        return None

    def _is_here(self, draft: Draft) -> bool:
        return draft.section == self._here.section

    def _may_add(self, draft: Draft, name: str) -> bool:
        """Whether a field without an error belongs to the entry that was told last."""
        if name == "outcome":
            is_more = self._is_here(draft) and self._is_next(draft)
            return is_more or not draft.has("outcome")
        if self._failure and draft.has("fix"):
            return False
        if not draft.has(name):
            return not (name == "cause" and draft.has("fix") and not self._is_here(draft))
        if name == "cause" and draft.has("fix"):
            return False
        return self._is_here(draft) and (self._is_next(draft) or not draft.has("outcome"))

    def _is_next(self, draft: Draft) -> bool:
        """Whether the statement before this one still belongs to the entry."""
        return self._index > 0 and draft.end >= self._statements[self._index - 1].line

    def _follows(self, name: str) -> bool:
        """Whether a field of this name follows in this section before the next error."""
        for later in self._statements[self._index + 1 :]:
            if later.kind is Kind.HEADING or later.name == "error":
                return False
            if later.name == name and telling.is_told(later.text):
                return True
        return False

    def _retold(self, text: str, *, as_error: bool = False) -> Draft | None:
        """The entry of this log that tells the same already."""
        latest = reversed(self._drafts[-_MOST_COMPARED:])
        return next((draft for draft in latest if draft.tells(text, as_error=as_error)), None)

    def _entry(self, draft: Draft) -> LogEntry:
        outcome = None if draft.is_apart else self._outcome
        return draft.entry(self._path, outcome, self._head_context)


def _tale(statement: Statement, text: str) -> telling.Tale:
    """What the text of a statement without a known label tells; a label that fails counts."""
    text = without_code(text)
    if found := telling.mended_by(statement.tag, text):
        return found
    if statement.tag and telling.is_failure_title(statement.tag):
        text = f"{statement.tag} {text}"
    return telling.read_tale(text, is_action=statement.label == "action")
