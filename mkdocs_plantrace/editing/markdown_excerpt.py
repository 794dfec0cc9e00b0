"""Copy Markdown into another page without changing the structure of either."""

import re
from collections.abc import Callable

from mkdocs_plantrace.parsing.markdown.blocks import BlockKind
from mkdocs_plantrace.parsing.markdown.page import parse_page
from mkdocs_plantrace.parsing.yaml.yaml_edits import Change, apply_changes

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^`\n]*$", re.MULTILINE)
_NO_BLANK_LINE = re.compile(r"(?<=[^\n])\n([ ]*)\Z")
_FOLLOWED = re.compile(r"\n[ \t]*\S")
_TAG = re.compile(r"^([ ]{0,3})<(?=[A-Za-z/!?])(?![A-Za-z][\w+.-]*:|[^<>\s]+@)", re.MULTILINE)
_UNDERLINES = re.compile(r"(?:\n {0,3}(?:=+|-+)[ \t]*$)+", re.MULTILINE)
_LABEL_END = re.compile(r"\](?:\(\s*|:[ \t]*\n?[ \t]*)<?\Z")
_SPECIAL = re.compile(r"([\\`*\[\]<>])")
_CODE_SPAN = re.compile(r"(?<!`)`[^`]+`(?!`)")
_PLAIN = re.compile(
    r"(?:[A-Za-z0-9]|[^\x00-\x7f]|[ ,./;!?'\"()%+-]"
    r"|(?<=[^\W_])_+(?=[^\W_])"  # inside a word
    r"|:(?!\w+:)|=(?!=)|@(?!\w)|#(?=\w)|<(?![A-Za-z/!?=-])|>(?!\Z)|&(?!#?\w+;))*+"
)
"""Words in which no extension of Markdown that is in wide use sees markup."""
_MOST_PASSES = 20
"""A line can become a heading when the heading above it is removed."""


def adapt_excerpt(markdown: str, rebase: Callable[[str], str | None]) -> str:
    """Return Markdown that can be put below any heading.

    Headings become bold text, tags at the start of a line become text, and fences are closed.
    `rebase` returns the new destination of a link; a link without one (None) becomes text.
    """
    text = markdown.replace("\r\n", "\n").replace("\r", "\n")
    text = _escape_tags(text.strip("\n"))
    for _ in range(_MOST_PASSES):
        before, text = text, _replace_headings(text)
        if before == text:
            break
    return _rebase_links(text, rebase)


def _rebase_links(text: str, rebase: Callable[[str], str | None]) -> str:
    edits: list[Change] = []
    for start, end in parse_page(text).destinations:
        destination = rebase(text[start:end])
        label = _LABEL_END.search(text, text.rfind("]", 0, start), start)
        if destination is not None:
            edits.append(Change(start, end, destination))
        elif label:
            edits.append(Change(label.start(), label.start(), "\\"))
    return apply_changes(text, edits)


def _replace_headings(text: str) -> str:
    edits: list[Change] = []
    stop = -1
    for heading in parse_page(text).outline:
        start, end = heading.start, heading.end
        if start < stop:  # a line of the underlines before it
            continue
        underline = _UNDERLINES.match(text, end)
        stop = underline.end() if underline else end
        words = _separate(text, start, stop, _make_bold(text[start:end]))
        edits.append(Change(start, stop, words))
    return apply_changes(text, edits)


def _make_bold(heading: str) -> str:
    words = heading.strip("# \t")
    if not words:
        return "\\#"
    return words if "*" in words else f"**{words}**"


def _separate(text: str, start: int, end: int, words: str) -> str:
    """Add line breaks that make words at the start of a line a paragraph."""
    if start and text[start - 1] != "\n":
        return words
    above = text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : start]
    line_end = text.find("\n", end + 1)
    below = text[end : line_end if line_end != -1 else len(text)]
    return f"{chr(10) if above.strip() else ''}{words}{chr(10) if below.strip() else ''}"


def _escape_tags(text: str) -> str:
    """Escape tags, close an open fence, and put blank lines around code blocks."""
    page = parse_page(_TAG.sub(r"\1.", text))
    if open_fence := _FENCE.search(page.visible):  # the others are part of code blocks
        text += f"\n{open_fence[1]}"
        page = parse_page(_TAG.sub(r"\1.", text))
    parts = []
    position = 0
    for block in page.blocks:
        if block.kind is BlockKind.CODE:
            above = _TAG.sub(r"\1&lt;", text[position : block.start])
            is_fenced = text.startswith(("`", "~"), block.start)
            parts.append(_NO_BLANK_LINE.sub(r"\n\n\1", above) if is_fenced else above)
            parts.append(text[block.start : block.end])
            position = block.end
            is_followed = is_fenced and _FOLLOWED.match(text, position)
            parts.append("\n" if is_followed else "")
    return "".join([*parts, _TAG.sub(r"\1&lt;", text[position:])])


def escape(words: str) -> str:
    return _SPECIAL.sub(r"\\\1", words)


def format_literal(words: str) -> str:
    """Return words on one line so that they are rendered as they are: as text or as code.

    Code in backticks stays code if the words around it are plain.
    """
    return words if _PLAIN.fullmatch(_CODE_SPAN.sub("", words)) else format_code(words)


def format_code(words: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", words)), default=0)
    marks = "`" * (longest + 1)
    space = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{marks}{space}{words}{space}{marks}"


def format_block(text: str) -> list[str]:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return [f"{fence}text", *text.split("\n"), fence]
