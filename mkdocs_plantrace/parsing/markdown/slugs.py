"""The texts of headings, and the ids that Python-Markdown's toc extension gives to them."""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

_MARKUP = re.compile(r"[`!\[\]<>*\\&]|_(?<!\w_)")
"""Possible markup; an underscore inside a word is not markup."""
_CODE = re.compile(r"(?<![\\`])(`++)(?!`)([^\n]+?)(?<!`)\1(?!`)")
_STASHED = re.compile("\x02([0-9]+)\x03")
"""Replaces inline code while other markup is removed, as in Python-Markdown."""
_TARGET = r"(?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\[\]\n]*\])"
_IMAGE = re.compile(rf"!\[[^\[\]\n]*\]{_TARGET}")
_LINK = re.compile(rf"\[((?:[^\[\]\n]|\[[^\[\]\n]*\])*)\]{_TARGET}")
_EMPHASIS = re.compile(r"(?<![\w\\])(_{1,3})(?=\S)([^\n]+?)(?<=[^\s_])\1(?!\w)")
_STRONG = re.compile(r"(?<!\\)(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1")
_AUTOLINK = re.compile(r"<((?:https?|ftp)://[^<>]*|[^<>! ]+@[^@<> ]+)>", re.IGNORECASE)
_TAG = re.compile(r"<[/!a-zA-Z][^<>]*>")
_NO_WORD = re.compile(r"[^\w\s-]")
_SPACE = re.compile(r"[-\s]+")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()>#+.!-])")
_TRAILING_LIST = re.compile(r"[ ]*\{:?[ ]*([^}\n ][^}\n]*)[ ]*\}[ ]*$")
ID_IN_LIST = re.compile(r"(?:^|\s)(?:#|id=[\"']?)([^\s\"'}]+)")
_MOST_CACHED = 2000  # most headings of plans and logs are those of their template


@lru_cache(maxsize=_MOST_CACHED)
def strip_markup(markup: str) -> str:
    markup = markup.replace("\x02", "")
    if not _MARKUP.search(markup):
        return " ".join(markup.split())
    parts = []
    codes: list[str] = []
    position = 0
    for code in _CODE.finditer(markup):
        parts.append(markup[position : code.start()])
        parts.append(f"\x02{len(codes)}\x03")
        codes.append(code.group(2).strip())
        position = code.end()
    parts.append(markup[position:])
    words = _strip("".join(parts))
    if codes:
        words = _STASHED.sub(lambda stashed: codes[int(stashed[1])], words)
    return " ".join(words.split())


def _strip(markup: str) -> str:
    text = _LINK.sub(r"\1", _IMAGE.sub("", markup))
    text = _STRONG.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    return _ESCAPE.sub(r"\1", html.unescape(_TAG.sub("", _AUTOLINK.sub(r"\1", text))))


@lru_cache(maxsize=_MOST_CACHED)
def slugify(text: str) -> str:
    """Make a slug exactly like the default of Python-Markdown's toc extension."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return _SPACE.sub("-", _NO_WORD.sub("", text).strip().lower())


@lru_cache(maxsize=_MOST_CACHED)
def map_github_slugs(headings: tuple[str, ...], anchors: tuple[str, ...]) -> Mapping[str, str]:
    """Map the ids that GitHub gives to headings to those of the published page."""
    count: Counter[str] = Counter()
    found: dict[str, str] = {}
    for text, anchor in zip(headings, anchors, strict=False):
        slug = re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-")
        found.setdefault(f"{slug}-{count[slug]}" if slug in count else slug, anchor)
        count[slug] += 1
    return found


def number_duplicates(wanted: Iterable[str], taken: Iterable[str]) -> Iterator[str]:
    """Make slugs unique like toc: `a`, `a_1`, `a_2`; none is empty."""
    used = set(taken)
    highest: dict[str, int] = {}
    for slug in wanted:
        unique = slug
        if not slug or slug in used:
            base, count = _split_count(slug)
            count = max(count, highest.get(base, 0)) + 1
            while f"{base}_{count}" in used:
                count += 1
            highest[base] = count
            unique = f"{base}_{count}"
        used.add(unique)
        yield unique


def _split_count(slug: str) -> tuple[str, int]:
    base, _, count = slug.rpartition("_")
    return (base, int(count)) if base and count.isdecimal() else (slug, 0)


def split_heading(heading: str) -> tuple[str, str | None]:
    """Split a heading into its text and the id in its attribute list."""
    attributes = _TRAILING_LIST.search(heading) if "{" in heading else None
    if attributes is None:
        return heading, None
    named = ID_IN_LIST.search(attributes.group(1))
    return heading[: attributes.start()], named.group(1) if named else None
