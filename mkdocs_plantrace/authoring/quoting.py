"""Takes over Markdown from one page into another, so that neither loses its shape."""

import re
from collections.abc import Callable, Iterable, Iterator

from mkdocs_plantrace.reading.page import parse

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`]*)$")
_TAG = re.compile(r"^([ ]{0,3})<(?=[A-Za-z/!?])(?![A-Za-z][\w+.-]*:|[^<>\s]+@)")
_RULES = re.compile(r"(?:\n {0,3}(?:=+|-+)[ \t]*$)+", re.MULTILINE)
_LABEL_END = re.compile(r"\](?:\(\s*|:[ \t]*\n?[ \t]*)<?$")
_SPECIAL = re.compile(r"([\\`*\[\]<>])")
_MOST_PASSES = 20
"""A line may become a heading when the one above it is none any more."""


def take_over(markdown: str, rebase: Callable[[str], str | None]) -> str:
    """The Markdown, fit to stand below any heading.

    Headings become strong text, tags at the start of a line become words, fences are closed.
    `rebase` gives the new destination of a link, None for one
    that leads nowhere: it becomes its own text.
    """
    text = markdown.replace("\r\n", "\n").replace("\r", "\n")
    text = "\n".join(_part_fences(text.strip("\n")))
    text = "\n".join(_without_tags(text))
    for _ in range(_MOST_PASSES):
        before, text = text, _without_headings(text)
        if before == text:
            break
    return _with_links(text, rebase)


def _with_links(text: str, rebase: Callable[[str], str | None]) -> str:
    edits: list[tuple[int, int, str]] = []
    for start, end in parse(text).destinations:
        destination = rebase(text[start:end])
        label = _LABEL_END.search(text, 0, start)
        if destination is not None:
            edits.append((start, end, destination))
        elif label:
            edits.append((label.start(), label.start(), "\\"))
    return _apply(text, edits)


def _without_headings(text: str) -> str:
    edits: list[tuple[int, int, str]] = []
    for heading in parse(text).outline:
        start, end = heading.start, heading.end
        rules = _RULES.match(text, end)
        stop = rules.end() if rules else end
        edits.append((start, stop, _apart(text, start, stop, _strong(text[start:end]))))
    return _apply(text, edits)


def _apply(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    parts = []
    position = 0
    for start, end, words in edits:
        parts += [text[position:start], words]
        position = end
    return "".join([*parts, text[position:]])


def _strong(heading: str) -> str:
    words = re.sub(r"^[# \t]+|[# \t]+$", "", heading)
    if not words:
        return "\\#"
    return words if "*" in words else f"**{words}**"


def _apart(text: str, start: int, end: int, words: str) -> str:
    """Words at the start of a line as a paragraph of their own."""
    if start and text[start - 1] != "\n":
        return words
    above = text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : start]
    below = text[end : text.find("\n", end + 1) if "\n" in text[end + 1 :] else len(text)]
    return f"{chr(10) if above.strip() else ''}{words}{chr(10) if below.strip() else ''}"


def _part_fences(text: str) -> Iterator[str]:
    """The lines, with fences closed and blank lines around code blocks."""
    opened = ""
    above = ""
    is_behind = False
    for line in text.split("\n"):
        before, opened = opened, _fence_after(line, opened)
        starts = opened and not before
        if line.strip() and (is_behind or (starts and above.strip())):
            yield ""
        yield line
        above, is_behind = line, bool(before) and not opened
    if opened:
        yield opened


def _fence_after(line: str, opened: str) -> str:
    """The fence that is open after a line; '' for none."""
    fence = _FENCE.match(line)
    if fence is None:
        return opened
    if not opened:
        return fence[1]
    closes = fence[1].startswith(opened) and not fence[2].strip()
    return "" if closes else opened


def _without_tags(text: str) -> Iterator[str]:
    opened = ""
    for line in text.split("\n"):
        before, opened = opened, _fence_after(line, opened)
        yield line if before or opened else _TAG.sub(r"\1&lt;", line)


def plain(words: str) -> str:
    return _SPECIAL.sub(r"\\\1", words)


def code(words: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", words)), default=0)
    marks = "`" * (longest + 1)
    space = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{marks}{space}{words}{space}{marks}"
