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
from mkdocs_plantrace.model.log_entry import LogRecord
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.logs.log_sections import read_log_sections
from mkdocs_plantrace.parsing.markdown import slugs
from mkdocs_plantrace.parsing.markdown.commonmark import Span
from mkdocs_plantrace.parsing.markdown.explicit_ids import find_explicit_ids, split_heading
from mkdocs_plantrace.parsing.markdown.file_names import find_file_names
from mkdocs_plantrace.parsing.markdown.formulas import find_formulas
from mkdocs_plantrace.parsing.markdown.line_patterns import LINE_START
from mkdocs_plantrace.parsing.markdown.list_comments import read_queries
from mkdocs_plantrace.parsing.markdown.page import Page, parse_page
from mkdocs_plantrace.parsing.markdown.placeholders import read_filling
from mkdocs_plantrace.parsing.markdown.sections import read_sections
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds
from mkdocs_plantrace.utils.error_normalization import normalize_error

_DEFAULT_RENDERING = Rendering()
_ASSEMBLY = ("--8<--", "{%", "{!", "\n::: ")
"""The syntax of common extensions and plugins that insert text from elsewhere."""
_ERROR_LINE = re.compile(
    rf"^{LINE_START}[*_]{{0,2}}[Ee]rror(?:[*_]{{0,2}}:|:[*_]{{1,2}})[ \t]*+(\S[^\n]{{0,2000}})",
    re.MULTILINE,
)
_WHOLLY_CODE = re.compile(r"(`{1,9}+) ?+(.*?) ?\1")
_GLUED = re.compile(r"(?m)^#{1,6}(?=[`!\[])([^\n]{1,500})")
"""Headings without a space before their markup, which only Python-Markdown accepts."""
_TAB = re.compile(
    r"(?m)^[ \t]*(?:===[+!]{0,2}[ \t]+\"([^\"\n]{1,200})\""
    r"|/{3,}[ \t]*tab[ \t]*\|[ \t]*(\S[^\n]{0,200}))"
)
"""The title of a tab, from which extensions can make an anchor."""
_FOOTNOTE = re.compile(r"\[\^[^\[\]\n]{1,100}\]")
_EMOJI = re.compile(r":[\w+-]{1,100}:")
_SYMBOL = re.compile(r"\([cr]\)|<?-->|<--")
_LANGUAGE = re.compile(r"(?<=`)(?:#!|:::)[\w-]{1,100} ")
_SIGNS = (_FOOTNOTE, _EMOJI, _SYMBOL, _LANGUAGE)
_ANY_SIGN = re.compile("|".join(sign.pattern for sign in _SIGNS))
_FENCE_ATTRIBUTES = re.compile(r"(?:```|~~~) {0,3}(\{.*)")
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
    places = page.places
    named = ids.named(page.text)
    headings = page.headings
    first = page.outline[0] if page.outline else None
    visible = page.visible
    return Scan(
        title=next((heading.text for heading in headings if heading.level == 1), ""),
        title_location=places.at(first.start, first.end) if first else None,
        headings=tuple(heading.text for heading in headings),
        anchors=tuple(dict.fromkeys(_anchors(page))),
        links=tuple(_texts(page.text, _find_links(page, rendering), places)),
        plan_references=tuple(_plan_references(visible, places)),
        paths=tuple(_texts(visible, find_file_names(visible), places)),
        mentions=tuple(_mentions(visible, ids, named, places)),
        named=tuple(sorted(named)),
        is_assembled=_is_assembled(visible, rendering),
        filling=read_filling(page),
        log=_read_log(page, kind, labels, log_sections),
        words=_words(page) if kind is DocumentKind.TROUBLESHOOTING else frozenset(),
        queries=tuple(read_queries(page)),
        sections=read_sections(page) if with_sections else (),
    )


def _read_log(
    page: Page, kind: DocumentKind, labels: Mapping[str, str], sections: tuple[str, ...]
) -> LogRecord | None:
    is_log = sections or kind is DocumentKind.LOG
    return read_log_sections(page, sections, labels) if is_log else None


def _is_assembled(visible: str, rendering: Rendering) -> bool:
    """Whether other text, and so other headings, may be inserted into the page."""
    signs = (*_ASSEMBLY, "{{") if rendering.replaces_text else _ASSEMBLY
    return visible.startswith("::: ") or any(sign in visible for sign in signs)


def _anchors(page: Page) -> Iterator[str]:
    yield from (heading.anchor for heading in page.headings)
    yield from _other_slugs([line.markup for line in page.outline])
    yield from (slugs.slugify(slugs.strip_markup(line)) for line in _GLUED.findall(page.visible))
    for titles in _TAB.findall(page.visible):
        yield slugs.slugify(slugs.strip_markup("".join(titles)))
    attributes = _FENCE_ATTRIBUTES.findall(page.text) if "{" in page.text else []
    yield from find_explicit_ids("\n".join([page.prose, *attributes]), page.raw)


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


def _other_slugs(markups: list[str]) -> Iterator[str]:
    """The anchors of headings if attribute lists are text, or extensions remove signs."""
    readings = [markups] if any(markup.endswith("}") for markup in markups) else []
    split = [split_heading(markup)[0] for markup in markups]
    whole = "\n".join(split)
    readings.extend(
        [sign.sub("", text) for text in split]
        for sign in (*_SIGNS, _ANY_SIGN)
        if sign.search(whole)
    )
    for reading in readings:
        found = [slugs.slugify(slugs.strip_markup(text)) for text in reading]
        yield from slugs.number_duplicates(found, ())


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
