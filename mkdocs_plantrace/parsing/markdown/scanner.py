"""The content of a Markdown page that the trace needs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from types import MappingProxyType

from mkdocs_plantrace.config.rendering import Rendering
from mkdocs_plantrace.model.document import DocumentKind, Scan
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.logs.parser import read_log
from mkdocs_plantrace.parsing.markdown.anchors import find_anchors
from mkdocs_plantrace.parsing.markdown.commonmark import LINE_START, Span
from mkdocs_plantrace.parsing.markdown.list_comments import read_queries
from mkdocs_plantrace.parsing.markdown.page import Page, parse_page, read_sections
from mkdocs_plantrace.parsing.markdown.placeholders import read_filling
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds, find_file_names
from mkdocs_plantrace.utils.error_normalization import normalize_error

_DEFAULT_RENDERING = Rendering()
_ASSEMBLY = ("--8<--", "{%", "{!", "\n::: ")
"""The syntax of common extensions and plugins that insert text from elsewhere."""
_ERROR_LINE = re.compile(
    rf"^{LINE_START}[*_]{{0,2}}[Ee]rror(?:[*_]{{0,2}}:|:[*_]{{1,2}})[ \t]*+(\S[^\n]{{0,2000}})",
    re.MULTILINE,
)
_WHOLLY_CODE = re.compile(r"(`{1,9}+) ?+(.*?) ?\1")
_FORMULA_MARK = re.compile(
    r"(?P<end>\n[ \t]*(?=\n))|(?<!\\)(?P<dollar>\$\$?)"
    r"|\\{1,2}(?P<bracket>[()\[\]])|\\(?P<edge>begin|end)\{(?P<name>[a-z]{1,20}\*?)\}"
)
_CLOSING_BRACKETS = {")": "(", "]": "["}
_PLAN_START = re.compile(rf"{LINE_START}[*_]{{0,2}}(?:implementation[ _-])?", re.IGNORECASE)
_PLAN = re.compile(
    r"[Pp](?i:lan(?:[ _-](?:reference|path|file))?)"
    r"[*_]{0,2}[ \t]*:[*_]{0,2}[ \t]*(?P<value>\S[^\n]*)"
)
_PLAN_PATH = re.compile(
    r"[`*_\"'(<@]*+((?![A-Za-z][\w+.-]*:)[^\s`\"'<>]+?\.md/?(?:#[^\s`\"'<>*]*?)?)"
    r"[`*_\"')>.,;]*(?:<br ?/?>|\{[^{}]*\})?",
    re.IGNORECASE,
)


def scan_page(  # noqa: PLR0913 (each says what to read)
    path: str,
    text: str,
    ids: TaskIds,
    kind: DocumentKind = DocumentKind.PAGE,
    labels: Mapping[str, str] = MappingProxyType({}),
    *,
    log_sections: tuple[str, ...] = (),
    rendering: Rendering = _DEFAULT_RENDERING,
    with_sections: bool = False,
) -> Scan:
    """Scan a page with line ends of any kind, in linear time.

    `path` is for locations. `labels` maps the normalized labels of log entries to the names of
    their fields. Where only `log_sections` of a page are its log, these alone are read as one.
    Only search needs sections, which take memory.
    """
    page = parse_page(text, path)
    places, headings, visible = page.places, page.headings, page.visible
    named = ids.named(page.text)
    first = page.outline[0] if page.outline else None
    is_log = log_sections or kind is DocumentKind.LOG
    return Scan(
        title=next((heading.text for heading in headings if heading.level == 1), ""),
        title_location=places.at(first.start, first.end) if first else None,
        headings=tuple(heading.text for heading in headings),
        anchors=tuple(dict.fromkeys(find_anchors(page))),
        links=tuple(_texts(page.text, _find_links(page, rendering), places)),
        plan_references=tuple(_plan_references(visible, places)),
        paths=tuple(_texts(visible, find_file_names(visible), places)),
        mentions=tuple(_mentions(visible, ids, named, places)),
        named=tuple(sorted(named)),
        is_assembled=_is_assembled(visible, rendering),
        filling=read_filling(page),
        log=read_log(page, labels, log_sections) if is_log else None,
        words=_words(page) if kind is DocumentKind.TROUBLESHOOTING else frozenset(),
        queries=tuple(read_queries(page)),
        sections=tuple(read_sections(page)) if with_sections else (),
    )


def _is_assembled(visible: str, rendering: Rendering) -> bool:
    """Whether other text, and so other headings, may be inserted into the page."""
    signs = (*_ASSEMBLY, "{{") if rendering.replaces_text else _ASSEMBLY
    return visible.startswith("::: ") or any(sign in visible for sign in signs)


def _texts(text: str, spans: Iterable[tuple[int, int]], places: LineIndex) -> Iterator[Text]:
    for start, end in spans:
        yield Text(value=text[start:end], location=places.at(start, end))


def _words(page: Page) -> frozenset[str]:
    """All words, and the errors of `Error:` lines, as in the file and normalized."""
    named = [match[1].strip() for match in _ERROR_LINE.finditer(page.text)]
    texts = {form for name in named for form in (name, name.strip("`*_ "))}
    texts.update(code[2] for name in named if (code := _WHOLLY_CODE.fullmatch(name)))
    words = (word.strip("`*_.,;:!?()[]<>\"'#") for word in page.text.split())
    return frozenset([*words, *texts, *map(normalize_error, texts)])


def _plan_references(visible: str, places: LineIndex) -> Iterator[Text]:
    """The paths of Markdown files alone on a `Plan:` line, except links."""
    for line in _PLAN.finditer(visible):
        line_start = visible.rfind("\n", 0, line.start()) + 1
        if not _PLAN_START.fullmatch(visible, line_start, line.start()):
            continue
        path = _PLAN_PATH.fullmatch(line["value"].rstrip())
        if path and "](" not in line["value"]:
            start = line.start("value")
            where = places.at(start + path.start(1), start + path.end(1))
            yield Text(value=path[1], location=where)


def _find_links(page: Page, rendering: Rendering) -> Iterator[Span]:
    """Find the destinations, without those in formulas."""
    if not rendering.has_math:
        yield from page.destinations
        return
    formulas = sorted(find_formulas(page.prose))
    ends = list(accumulate((end for _, end in formulas), max))
    for link in page.destinations:
        before = bisect_right(formulas, (link.start,)) - 1
        if before < 0 or ends[before] <= link.start:
            yield link


def find_formulas(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each formula, by end; none has a blank line.

    Formulas may be inside others, as an environment is inside `$$`.
    """
    opened: dict[str, int] = {}
    for mark in _FORMULA_MARK.finditer(text):
        if mark["end"]:
            opened.clear()
            continue
        kind, opens, closes = _read_formula_mark(mark)
        start = opened.pop(kind, None) if closes else None
        if start is not None:
            yield start, mark.end()
        elif opens:
            opened[kind] = mark.start()


def _read_formula_mark(mark: re.Match[str]) -> tuple[str, bool, bool]:
    """Return the kind of a mark, and whether it can open and close a formula."""
    if mark["dollar"]:
        text, is_block = mark.string, mark["dollar"] == "$$"
        before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
        return mark["dollar"], is_block or not after.isspace(), is_block or not before.isspace()
    if bracket := mark["bracket"]:
        return (
            _CLOSING_BRACKETS.get(bracket, bracket),
            bracket not in _CLOSING_BRACKETS,
            bracket in _CLOSING_BRACKETS,
        )
    return mark["name"], mark["edge"] == "begin", mark["edge"] == "end"


def _mentions(
    visible: str, ids: TaskIds, named: frozenset[str], places: LineIndex
) -> Iterator[Text]:
    """The first mention of each id; `named` are the ids that the page contains."""
    left = set(named & ids.linkable)
    mentions = ids.mentions(visible)
    while left and (mention := next(mentions, None)):
        start, end, task = mention
        if task in left:
            left.remove(task)
            yield Text(value=task, location=places.at(start, end))
