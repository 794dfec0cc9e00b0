"""Reads what a plan or log tells of errors, in whatever style it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from mkdocs_plantrace.model import Heading, Location, LogEntry, Story
from mkdocs_plantrace.reading import telling
from mkdocs_plantrace.reading.statements import (
    Kind,
    Labels,
    Statement,
    date_in,
    read_statements,
)

_REMEDIATION = re.compile(
    r"(?i)\b(?:rem|remediation|incident|hotfix|post-?mortem|bug-?fix\w*)(?:\b|_)"
)
_SIGN = re.compile(
    r"(?i)err(?:or|no)|fail(?!ure[ _-]sig|[ -]?closed|[ -]fast)|cause\b|\bissues?\b|\bbugs?\b|problem|symptom|finding"
    r"|observed|observation|broke|hung\b|hang|crash|\bfix|reproduced|denied|reject|refused|blocker|drift|flagged"
    r"|timed out|died\b|dying|stalled|\bred\b|incident|exception|happened|went wrong|regress|reported|exposed"
)
"""A word without which no log tells of an error."""
_CAUSE = re.compile(r"(?i)cause")
_SIGNATURE = re.compile(r"(?i)(?:failure[ _-]?)?signature\W{1,8}([\w.:/#-]{3,120})")
_RECAP = re.compile(
    r"(?i)\b(?:summary|conclusion|lessons|recap|closeout|overview|current status|notes?|results?)\b"
)
_WORD = re.compile(r"[a-z0-9_]{4,}")
_COMMON = frozenset(
    "after again also been because before bash cause caused does error errors failed failing fails "
    "failure fixed from have into missing never only root script scripts that their then there "
    "these this under were when which with".split()
)
_ALL = re.compile(
    r"(?i)\b(?:all|both|every|each)\b[^.\n]{0,40}\b(?:bugs?|issues?|errors?|failures?|problems?)\b"
)
_NEAR, _FAR = 5, 15
_LONGEST_VERDICT = 200
_SENTENCE = 5
_MOST_COMPARED = 50
_MOST_ALIKE, _FEWEST_SHARED = 0.6, 4
_PROPOSED = "recommended fix"


@dataclass(slots=True, kw_only=True)
class _Draft:
    """An entry in the making."""

    start: int
    end: int
    section: int
    anchor: str | None
    date: str | None
    is_explicit: bool
    label: str = ""
    signature: str | None = None
    context: str | None = None
    is_proposed: bool = False
    texts: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, text: str, statement: Statement, section: int | None = None) -> None:
        self.texts.setdefault(name, []).append(text)
        self.start = min(self.start, statement.line)
        self.end = max(self.end, statement.end)
        self.section = self.section if section is None else section

    def has(self, *names: str) -> bool:
        return any(name in self.texts for name in names)

    def words(self, *names: str) -> frozenset[str]:
        wanted = names or tuple(self.texts)
        return _words("\n".join(text for name in wanted for text in self.texts.get(name, ())))


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
    if not is_remediation and not (_CAUSE if is_plan else _SIGN).search(text):
        signature = _SIGNATURE.search(visible)
        return Story(signature=signature[1].rstrip(".:") if signature else None)
    headings = list(headings)
    statements = read_statements(text, visible, headings, _recogniser(tuple(labels.items())))
    anchors = {heading.location.line: heading.anchor for heading in headings}
    is_plan = is_plan and not is_remediation
    teller = _Teller(path, statements, anchors, date_in(folder), is_plan=is_plan)
    return teller.tell()


class _Failure(NamedTuple):
    """Something that failed, as long as nobody has told what was done about it.

    What was merely found is not certain: it takes a labelled cause or fix to be an error.
    """

    position: int
    text: str
    statement: Statement
    anchor: str | None
    date: str | None
    is_certain: bool


@lru_cache(maxsize=4)
def _recogniser(labels: tuple[tuple[str, str], ...]) -> Labels:
    return Labels(dict(labels))


@lru_cache(maxsize=512)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _COMMON


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
    ) -> None:
        self._path = path
        self._statements = statements
        self._anchors = anchors
        self._is_plan = is_plan
        self._drafts: list[_Draft] = []
        self._current: _Draft | None = None
        self._failure: _Failure | None = None
        self._item: Statement | None = None
        self._heading: Statement | None = None
        self._change: tuple[str, Statement] | None = None
        self._context: tuple[int, str, Statement] | None = None
        self._section = 0
        self._anchor: str | None = None
        self._page_date = date
        self._date = date
        self._dated_level = 0
        self._is_recap = False
        self._is_head = True
        self._signature: str | None = None
        self._section_signature: str | None = None
        self._outcome: str | None = None
        self._head_context: str | None = None
        self._index = 0

    def tell(self) -> Story:
        """Go through all statements."""
        for index, statement in enumerate(self._statements):
            self._index = index
            if self._failure and index - self._failure.position > _FAR:
                self._failure = None
            if statement.level:
                self._enter(statement)
            if statement.date and not statement.level:
                self._date = statement.date
            if statement.cells:
                self._row(statement)
            elif statement.kind is Kind.FIELD:
                self._field(statement)
            elif not self._is_plan:
                self._say(statement)
        entries = tuple(self._entry(draft) for draft in self._drafts if _is_entry(draft))
        return Story(
            entries=entries,
            signature=self._signature,
            outcome=self._outcome,
            loose=self._loose(),
        )

    def _loose(self) -> LogEntry | None:
        """What is too little for an entry: a cause, a failure, or the first change."""
        for draft in self._drafts:
            if not _is_entry(draft):
                return self._entry(draft)
        if self._failure and not self._drafts:
            return self._entry(self._begin_with_failure())
        if self._change is None:
            return None
        text, statement = self._change
        draft = self._begin(statement)
        draft.add("fix", text, statement)
        return self._entry(draft)

    def _enter(self, heading: Statement) -> None:
        self._section += 1
        self._anchor = self._anchors.get(heading.line, self._anchor)
        self._is_head = heading.level == 1
        self._section_signature = None
        self._item = None
        self._heading = heading if heading.kind is Kind.HEADING else None
        if heading.date:
            self._date, self._dated_level = heading.date, heading.level
        elif heading.level <= self._dated_level:
            self._date, self._dated_level = self._page_date, 0
        if self._is_plan:
            return
        if heading.kind is Kind.HEADING:
            self._is_recap = bool(_RECAP.search(heading.first))
            if heading.level > 1 and telling.is_failure_title(heading.first) and not self._is_recap:
                self._fail(heading.first, heading)
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
        elif self._is_named_by_heading(statement):
            heading = self._heading
            assert heading is not None
            self._fail(heading.first, heading)
            self._current = None

    def _is_named_by_heading(self, statement: Statement) -> bool:
        """Whether the heading above is the error of this cause: a fix follows, and nothing else."""
        heading, current = self._heading, self._current
        if heading is None or heading.level == 1 or statement.name != "cause":
            return False
        if self._failure or self._is_recap or telling.is_general(heading.first):
            return False
        if current and (self._is_here(current) or self._may_add(current, "cause")):
            return False
        return self._follows("fix")

    def _sign(self, text: str, statement: Statement) -> None:
        name, rest = telling.split_signature(text)
        if name is None:
            if not self._is_plan and telling.is_told(text) and telling.tells_failure(text):
                self._error(text, statement)
            return
        if not telling.is_told(name):
            return
        if self._is_head and self._signature is None:
            self._signature = name
        elif self._current and self._current.section == self._section:
            self._current.signature = self._current.signature or name
        else:
            self._section_signature = name
            self._signature = self._signature or name
        if not self._is_plan and (telling.tells_failure(rest) or rest.count(" ") >= _SENTENCE):
            self._error(rest, statement)

    # -- fields ---------------------------------------------------------------

    def _error(self, text: str, statement: Statement) -> None:
        self._item = None
        if telling.is_reference(text) or telling.is_wanted(text):
            return
        current = self._current
        retold = self._retold(text, as_error=True)
        if retold and (self._is_recap or retold.date == self._date):
            self._current = retold
            return
        if current and self._is_here(current):
            if not current.has("error") and not self._follows("fix"):
                current.add("error", text, statement)
                current.is_explicit = True
                return
            is_same = statement.label == current.label
            if current.has("error") and not current.has("cause", "fix", "outcome") and is_same:
                current.add("error", text, statement)
                return
        self._begin(statement, is_explicit=True).add("error", text, statement)
        self._failure = None

    def _cause(self, text: str, statement: Statement) -> None:
        current = self._current
        if current and self._may_add(current, "cause"):
            current.add("cause", text, statement, self._section)
        elif self._failure:
            self._begin_with_failure().add("cause", text, statement)
        elif (retold := self._retold(text)) or self._is_recap and self._drafts:
            self._current = retold or self._current
        else:
            self._begin(statement).add("cause", text, statement)

    def _fix(self, text: str, statement: Statement) -> None:
        current = self._current
        if (
            current
            and (not current.has("fix") or not self._failure)
            and self._may_add(current, "fix")
        ):
            current.add("fix", text, statement, self._section)
        elif self._failure:
            current = self._begin_with_failure()
            current.add("fix", text, statement)
        elif self._retold(text) or self._is_recap and self._drafts:
            return
        else:
            current = self._begin(statement)
            current.add("fix", text, statement)
        if statement.label == _PROPOSED:
            current.is_proposed = True

    def _outcome_of(self, text: str, statement: Statement) -> None:
        if self._is_head and not self._drafts:
            self._outcome = self._outcome or text
        current = self._current
        if len(text) <= _LONGEST_VERDICT and _ALL.search(text) and telling.is_good(text):
            for draft in self._drafts:
                if not telling.is_good("\n".join(draft.texts.get("outcome", ()))):
                    draft.texts["outcome"] = [text]
            return
        if (
            not self._is_plan
            and telling.tells_failure(text)
            and (current is None or current.has("fix"))
        ):
            self._fail(text, statement)
        elif (
            current
            and current.has("error", "cause")
            and (self._is_here(current) or not current.has("outcome"))
        ):
            if not current.has("outcome") or self._is_next(current):
                current.add("outcome", text, statement)

    def _context_of(self, text: str, statement: Statement) -> None:
        if self._is_head and not self._drafts:
            self._head_context = self._head_context or text
        current = self._current
        if current and self._is_here(current) and not current.has("context", "fix"):
            current.add("context", text, statement)
        else:
            self._context = self._section, text, statement

    def _finding(self, text: str, statement: Statement) -> None:
        if self._is_plan or self._is_recap or telling.is_expected(text):
            return
        current = self._current
        if current and self._is_here(current) and current.has("error") and not current.has("fix"):
            return
        if self._failure is None or self._index - self._failure.position > _FAR:
            self._fail(text, statement, is_certain=telling.tells_failure(text))

    def _row(self, statement: Statement) -> None:
        """A row of a table with a column for errors is an entry of its own."""
        cells = {name: cell for name, cell in statement.cells if telling.is_told(cell)}
        if "finding" in cells:
            if not {"cause", "fix"} & cells.keys() and not telling.is_change(
                cells.get("outcome", "")
            ):
                return
            cells.setdefault("fix", cells.get("outcome", ""))
            cells.setdefault("error", cells.pop("finding"))
        if "error" not in cells or telling.is_reference(cells["error"]) or len(cells) == 1:
            return
        if self._is_plan or self._retold(cells["error"]):
            return
        draft = self._begin(statement, is_explicit=True)
        for name, cell in cells.items():
            if name == "signature":
                draft.signature = telling.split_signature(cell)[0]
            else:
                draft.add(name, cell, statement)
        self._current = None

    # -- what no label tells -----------------------------------------------------

    def _say(self, statement: Statement) -> None:
        """An item or a paragraph may tell of a failure, or of what was changed after one."""
        if statement.kind is Kind.HEADING:
            return
        text = statement.text
        if statement.kind is Kind.ITEM:
            self._item = statement
        if statement.below and (head := telling.heads_list_of_mended(statement.first)):
            self._listed(statement, head)
            return
        if statement.tag and telling.is_failure_title(statement.tag):
            text = f"{statement.tag} {text}"
        tale = telling.read_tale(text, is_action=statement.label == "action")
        if tale.error and not self._is_recap:
            if tale.fix:
                self._begin_with(tale, statement)
            else:
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
        if self._retold(tale.error, as_error=True):
            return
        draft = self._begin(statement)
        for name in ("error", "cause", "fix", "outcome"):
            if text := getattr(tale, name):
                draft.add(name, text, statement)
        self._failure = None

    def _changed(self, text: str, statement: Statement) -> None:
        current, failure = self._current, self._failure
        if telling.is_bookkeeping(text):
            return
        if failure and failure.is_certain and self._index - failure.position <= _NEAR:
            self._begin_with_failure().add("fix", text, statement)
        elif current and current.has("error", "cause") and not current.has("fix", "outcome"):
            current.add("fix", text, statement, self._section)
        elif not current and not self._change:
            self._change = text, statement

    def _works(self, text: str, statement: Statement) -> None:
        """A sentence that says that it works, soon after the fix, is the outcome."""
        current = self._current
        if not current or not current.has("fix") or current.has("outcome"):
            return
        if self._is_here(current) and statement.line - current.end <= _NEAR:
            current.add("outcome", text, statement)

    # -- drafts ------------------------------------------------------------------

    def _begin(self, statement: Statement, *, is_explicit: bool = False) -> _Draft:
        draft = _Draft(
            start=statement.line,
            end=statement.end,
            section=self._section,
            anchor=self._anchor,
            date=self._date,
            is_explicit=is_explicit,
            label=statement.label,
            signature=self._section_signature,
        )
        if self._context and self._context[0] == self._section and not self._is_head:
            draft.add("context", self._context[1], self._context[2])
            self._context = None
        self._drafts.append(draft)
        self._current = draft
        return draft

    def _begin_with_failure(self) -> _Draft:
        assert self._failure is not None
        failure, self._failure = self._failure, None
        if (retold := self._retold(failure.text, as_error=True)) is not None:
            self._current = retold
            return retold
        draft = self._begin(failure.statement)
        draft.anchor, draft.date = failure.anchor, failure.date
        draft.add("error", failure.text, failure.statement)
        return draft

    def _fail(self, text: str, statement: Statement, *, is_certain: bool = True) -> None:
        """Remember that something failed: what follows may tell what was done about it."""
        self._failure = _Failure(
            self._index, text, statement, self._anchor, self._date, is_certain=is_certain
        )

    def _is_here(self, draft: _Draft) -> bool:
        return draft.section == self._section

    def _may_add(self, draft: _Draft, name: str) -> bool:
        """Whether a cause or a fix belongs to the entry that was told last."""
        if self._failure and draft.has("fix"):
            return False
        if not draft.has(name):
            return not (name == "cause" and draft.has("fix") and not self._is_here(draft))
        if name == "cause" and draft.has("fix"):
            return False
        return self._is_here(draft) and (self._is_next(draft) or not draft.has("outcome"))

    def _is_next(self, draft: _Draft) -> bool:
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

    def _retold(self, text: str, *, as_error: bool = False) -> _Draft | None:
        """The entry of this log that tells the same already."""
        words = _words(text)
        if len(words) < 3:  # noqa: PLR2004
            return None
        for draft in reversed(self._drafts[-_MOST_COMPARED:]):
            known = draft.words("error") if as_error and draft.has("error") else draft.words()
            shared = len(words & known)
            if shared == len(words) or shared >= max(_FEWEST_SHARED, _MOST_ALIKE * len(words)):
                return draft
        return None

    def _entry(self, draft: _Draft) -> LogEntry:
        texts = {name: "\n\n".join(found) for name, found in draft.texts.items()}
        outcome = texts.get("outcome")
        if outcome is None and self._outcome and telling.is_good(self._outcome):
            outcome = self._outcome
        verdict = telling.is_good(outcome) if outcome else None
        is_fixed = verdict if verdict is not None else "fix" in texts and not draft.is_proposed
        return LogEntry(
            location=Location(path=self._path, line=draft.start, end_line=draft.end),
            error=texts.get("error"),
            context=texts.get("context") or self._head_context,
            cause=texts.get("cause"),
            fix=texts.get("fix"),
            outcome=outcome,
            signature=draft.signature,
            date=draft.date,
            anchor=draft.anchor,
            is_fixed=is_fixed,
        )


def _is_entry(draft: _Draft) -> bool:
    """Whether enough is told: an error under its label, or anything with a cause or a fix."""
    if draft.has("error"):
        return draft.is_explicit or draft.has("cause", "fix")
    return draft.has("cause") and draft.has("fix")
