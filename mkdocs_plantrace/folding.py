"""Reduces the text of an error to what two runs of the same failure share.

One table of rules serves Python and the browser (`pages/assets/ranking.js`). Its patterns keep to
syntax that means the same in both, and need linear time whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple


class FoldingRule(NamedTuple):
    """One replacement; `$1` stands for the first group.

    What it serves: `both` the key and the search; `key` the key only; `value` the key only, and
    only while enough words are left without the value.
    """

    name: str
    serves: Literal["both", "key", "value"]
    pattern: str
    replacement: str


def _any_case(*words: str) -> str:
    """A pattern of the words in any case, which flags could not say alike in both languages."""
    spelt = ("".join(f"[{c.upper()}{c}]" if c.isalpha() else c for c in word) for word in words)
    return "|".join(spelt)


_ALNUM = "0-9A-Za-z"
_LETTERS = "\u00c0-\u1fff\u2c00-\u2dff\u3040-\ud7ff\uf900-\ufdff\uff66-\uffdc\U00010000-\U0001efff"
"""Beyond ASCII everything is a letter but punctuation, symbols and emoji."""
_WORD = _ALNUM + "_" + _LETTERS
_SPACE = " \\t\\n\\r\\f\\v\u00a0"
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u9fff"
_COMPONENT = f"[{_WORD}.@+~$-]"
# A lookbehind comes after the first character, because Python finds a character far faster.
_NOT_AFTER_WORD = f"(?<![{_ALNUM}_])"
_NOT_BEFORE_WORD = f"(?![{_ALNUM}_])"
_MINUTES = "[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
_CLOCK = f"[0-9]{{1,2}}:{_MINUTES}"
_ZONE = "(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_URL_STOPS = f"{_SPACE}/?#\"'<>`),;\\]"
_UNIT = "(?:%|[nuµm]?s|[kKMGT]i?[Bb]|B|[mhd]|min|secs?|seconds?|minutes?|hours?|days?|bytes?)"
_HEX_RUN = "[0-9A-Fa-f]"

_RULES = (
    # Escape sequences: operating system commands (titles, hyperlinks), colours, cursor movements.
    FoldingRule(
        "ansi",
        "both",
        "\x1b(?:\\][^\x07\x1b\\n]*(?:\x07|\x1b\\\\)?|\\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~]?)",
        "",
    ),
    # The same where a tool or an editor has spelt out or lost the escape character.
    FoldingRule(
        "written-ansi",
        "both",
        "(?:\\[|\\^\\[|\u241b\\[|\\\\x1[bB]\\[|\\\\u001[bB]\\[|\\\\033\\[|\\\\e\\[)"
        "(?:[0-9]{1,3}(?:;[0-9]{1,3}){0,8})?m(?!\\])",
        "",
    ),
    FoldingRule("invisible", "both", "[\u00ad\u200b-\u200f\u2060\ufeff]", ""),
    FoldingRule("escaped-markup", "key", "\\\\([_*\\[\\]`])", "$1"),
    FoldingRule("file-scheme", "key", "[Ff]ile:///?(?:[A-Za-z]:)?", "/"),
    # Host and the first parts of the path tell what was asked for.
    FoldingRule(
        "url",
        "key",
        f"(?<![{_ALNUM}])[A-Za-z][0-9A-Za-z+.-]{{1,20}}://(?:[^{_SPACE}/@]{{1,100}}@)?"
        f"([0-9A-Za-z._-]{{0,255}})(?::[0-9]{{1,5}}(?![0-9]))?"
        + f"(?:/([^{_URL_STOPS}]{{0,99}}))?" * 3
        + f"(?:/[^{_SPACE}?#\"'<>`),;\\]]*)?(?:[?#][^{_SPACE}\"'<>`),;\\]]*)?",
        " $1 $2 $3 $4 ",
    ),
    FoldingRule(
        "date",
        "both",
        f"[0-9](?<![{_ALNUM}_-].)[0-9]{{3}}[-/.][0-9]{{2}}[-/.][0-9]{{2}}"
        f"(?:[T ]{_CLOCK}{_ZONE})?{_NOT_BEFORE_WORD}",
        " ",
    ),
    FoldingRule(
        "compact-date",
        "both",
        f"[0-9](?<![{_ALNUM}].)[0-9]{{7}}T[0-9]{{4,6}}(?:[.,][0-9]{{1,9}})?Z?{_NOT_BEFORE_WORD}",
        " ",
    ),
    FoldingRule(
        "month",
        "both",
        f"(?<![{_ALNUM}_])(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{{0,6}},? )?"
        f"(?:{_MONTH} {{1,2}}[0-9]{{1,2}}|[0-9]{{1,2}}[ /-]{_MONTH}[ /-][0-9]{{4}})"
        f",?(?: [0-9]{{4}})?[ :]{_CLOCK}{_ZONE}(?: [0-9]{{4}})?{_NOT_BEFORE_WORD}",
        " ",
    ),
    FoldingRule(
        "clock", "both", f"[0-9](?<![{_ALNUM}_:.].)[0-9]?:{_MINUTES}{_ZONE}(?![{_ALNUM}_:])", " "
    ),
    FoldingRule(
        "uuid",
        "both",
        f"(?<![{_ALNUM}]){_HEX_RUN}{{8}}(?:-{_HEX_RUN}{{4}}){{3}}-{_HEX_RUN}{{12}}(?![{_ALNUM}])",
        " … ",
    ),
    # Which exit code, status or errno it was tells failures apart.
    FoldingRule(
        "exit-code",
        "both",
        f"({_any_case('exit')})(?<![{_ALNUM}_].{{4}})(?:{_any_case('ed', 's')})?"
        f"(?: {_any_case('with')})?(?: (?:{_any_case('code', 'status', 'value')}))?"
        f"[ :=(]{{1,3}}([0-9]{{1,3}})(?![{_ALNUM}_])",
        " $1$2 ",
    ),
    FoldingRule(
        "code",
        "both",
        f"{_NOT_AFTER_WORD}({_any_case('http', 'status', 'code', 'errno', 'sqlstate', 'signal')})"
        f"(?:/[0-9.]{{1,3}})?[ :=(#\\[]{{1,3}}([0-9]{{1,5}})(?![{_ALNUM}_.:%])",
        " $1$2 ",
    ),
    FoldingRule("home", "key", f"/(?:home|[Uu]sers)/{_COMPONENT}+", "/"),
    FoldingRule("temporary", "key", f"/tmp/[Tt]mp{_COMPONENT}*", "/tmp/…"),  # noqa: S108, text
    FoldingRule(
        "windows-folders",
        "key",
        f"(?<![{_ALNUM}])[A-Za-z]:\\\\+(?:[^\\\\/:*?\"'`<>|\\n]{{1,64}}\\\\+)*",
        " ",
    ),
    # Folders differ between checkouts, the base name tells what failed. `and/or` is no path.
    FoldingRule(
        "folders",
        "key",
        f"(?<![{_WORD}.@+~$/\\\\-])(?:(?:[A-Za-z]:)?(?:~|\\.{{1,2}})?[\\\\/]+(?:{_COMPONENT}+[\\\\/]+)*"
        f"|{_COMPONENT}+[\\\\/]+{_COMPONENT}+[\\\\/]+(?:{_COMPONENT}+[\\\\/]+)*"
        f"|{_COMPONENT}+[\\\\/]+(?={_COMPONENT}*\\.[A-Za-z]))",
        " ",
    ),
    FoldingRule(
        "position",
        "key",
        f"(\\.[A-Za-z][{_ALNUM}]{{0,9}})"
        f"(?:(?::[0-9]{{1,9}}){{1,3}}(?![{_ALNUM}_])|\\([0-9]{{1,9}}(?:,[0-9]{{1,9}})?\\))",
        "$1 ",
    ),
    FoldingRule(
        "line",
        "key",
        f"{_NOT_AFTER_WORD}(?:(?:{_any_case('on', 'at', 'in')}) )?(?:{_any_case('line')})[sS]? "
        f"[0-9]{{1,9}}(?:[-:–][0-9]{{1,9}})?"
        f"(?:,? (?:{_any_case('column', 'col')}) [0-9]{{1,9}})?{_NOT_BEFORE_WORD}",
        " ",
    ),
    # `0x80070005` and `0xC0000005` are codes of Windows, not addresses.
    FoldingRule(
        "hexadecimal",
        "both",
        f"(?<![{_ALNUM}])(?:0[xX](?![8cC]{_HEX_RUN}{{7}}(?![{_ALNUM}])){_HEX_RUN}+"
        f"|(?={_HEX_RUN}{{0,63}}[0-9])(?=[0-9]{{0,63}}[A-Fa-f])"
        f"(?:[0-9a-f]{{7,64}}|[0-9A-F]{{10,64}}))(?![{_ALNUM}])",
        " … ",
    ),
    # Short runs of digits inside identifiers are part of a name (`P7210`, `TSK-P0-051`).
    FoldingRule(
        "number",
        "both",
        f"[0-9](?<![{_ALNUM}_].)(?<![{_ALNUM}_][.-].)[0-9]*(?:[.,:/-][0-9]+)*"
        f"(?: ?{_UNIT}(?:[0-9]{{1,9}}{_UNIT}){{0,4}})?(?![{_WORD}])(?!-[A-Za-z])",
        " … ",
    ),
    FoldingRule(
        "run-number",
        "both",
        "[0-9](?<![0-9].)(?:(?<!0[xX].)[0-9]{5,}|(?<=[a-z][_-].)[0-9]{4})",
        "…",
    ),
    FoldingRule("detail", "value", "=\\([^()\\n]{0,200}\\)", " … "),
    *(
        # One word in quotes is a value, unless it names a file, a constant or a kind of error.
        FoldingRule(
            name,
            "value",
            f"(?<![{_ALNUM}]){opening}(?![^{_SPACE}{closing}]{{0,80}}\\.[A-Za-z]{{1,4}}{closing})"
            f"(?![A-Z0-9_.-]{{3,80}}{closing})(?![{_ALNUM}_.]{{0,70}}(?:Error|Exception){closing})"
            f"[^{_SPACE}{opening}{closing}]{{1,80}}{closing}(?![{_ALNUM}])",
            " … ",
        )
        for name, opening, closing in (
            ("double-quoted", '"', '"'),
            ("quoted", "'", "'"),
            ("code", "`", "`"),
            ("shell-quoted", "`", "'"),
            ("curly-double-quoted", "“", "”"),
            ("curly-quoted", "‘", "’"),
        )
    ),
)

_UPPER_CASE = "[A-Z]+|[\u00c0-\u052f]"
"""What is lowered, letter by letter where a neighbour would matter, as for the Greek sigma."""
_NOT_WORDS = f"[^{_WORD}…]+"
_EDGE_UNDERSCORES = f"(?<![{_WORD}])_+|(?<!_)_+(?![{_WORD}])"
_PLACEHOLDERS = "(?:… ?)+"
_REAL_WORD = f"[a-z{_LETTERS}]{{2}}"
_WHOLE = f"[{_IDEOGRAPH}]|[{_WORD}]+(?:[.-][{_WORD}]+)*"
_PART = f"[{_IDEOGRAPH}]|[A-Z]?[a-z0-9{_LETTERS}]+|[A-Z0-9]+(?![a-z])"
_FEWEST_WORDS = 3
"""Values stay when fewer words would be left: `No such file` is an error, `failed` is none."""

_STOP_WORDS = (
    "a an and are as at be been but by can could did do does for from had has have if in into is "
    "it its no not of on or our so than that the their then there these they this to was we were "
    "when where which while will with would you"
)
_GENERIC_WORDS = (
    "abort aborted another build by call called check checked code command could couldn critical "
    "debug did didn doesn don done due during error errors exception exit exited fail failed "
    "failing fails failure failures fatal file files found got info issue job line log missing "
    "new none null ok output path problem process ran result return returned run running script "
    "see status step test tests trace traceback unable unexpected unknown warn warning"
)


def table() -> dict[str, Any]:
    """All that folding and words need, as JSON: the browser makes the same of it."""
    return {
        "rules": [rule._asdict() for rule in _RULES],
        "upper_case": _UPPER_CASE,
        "not_words": _NOT_WORDS,
        "edge_underscores": _EDGE_UNDERSCORES,
        "placeholders": _PLACEHOLDERS,
        "real_word": _REAL_WORD,
        "whole": _WHOLE,
        "part": _PART,
        "fewest_words": _FEWEST_WORDS,
        "stop_words": _STOP_WORDS.split(),
        "generic_words": _GENERIC_WORDS.split(),
    }


_Replacement = tuple[Callable[[str, str], str], str]


@cache
def _compiled(*serves: str) -> tuple[_Replacement, ...]:
    return tuple(
        (re.compile(rule.pattern).sub, re.sub("[$]([1-9])", r"\\\1", rule.replacement))
        for rule in _RULES
        if rule.serves in serves
    )


_ALL = ("both", "key", "value")
_WITH_VALUES = ("both", "key")
_FOR_SEARCH = ("both",)
_upper_case = re.compile(_UPPER_CASE)
_not_words = re.compile(_NOT_WORDS)
_edge_underscores = re.compile(_EDGE_UNDERSCORES)
_placeholders = re.compile(_PLACEHOLDERS)
_spaces = re.compile(" {2,}")
_real_word = re.compile(_REAL_WORD)
_whole = re.compile(_WHOLE)
_part = re.compile(_PART)


def fold(text: str) -> str:
    """The words of an error in lower case, with `…` for what differs from run to run.

    Left out are colours, times, folders, line numbers, punctuation and markup. Base names of
    files, exit codes and identifiers stay. A text of hardly anything but values keeps them, so
    that unlike errors stay unlike; empty only for a text without any word or number.
    """
    folded = _words(text, _compiled(*_ALL))
    if sum(1 for word in folded.split() if _real_word.search(word)) < _FEWEST_WORDS:
        folded = _words(text, _compiled(*_WITH_VALUES))
    if not _real_word.search(folded):
        folded = _words(text, _compiled(*_FOR_SEARCH)[:1])
    return folded


def folded_words(text: str) -> list[str]:
    """The words of the folded text, in order, without placeholders."""
    return _whole.findall(fold(text))


def wholes(text: str) -> list[str]:
    """The identifiers and words of a text as written, in order, without numbers and times."""
    return _whole.findall(_replaced(text, _compiled(*_FOR_SEARCH)))


def terms(text: str) -> list[str]:
    """The words by which a text is found, in order: identifiers whole, then their parts."""
    return [term for whole in wholes(text) for term in whole_and_parts(whole)]


@lru_cache(maxsize=50_000)
def whole_and_parts(whole: str) -> tuple[str, ...]:
    """An identifier without edging underscores, then the words it is made of; in lower case."""
    stripped = whole.strip("_")
    parts = _part.findall(stripped)
    found = [stripped, *parts] if len(parts) > 1 else [stripped]
    return tuple(lower(term) for term in found if term)


def _words(text: str, replacements: Sequence[_Replacement]) -> str:
    plain = _not_words.sub(" ", lower(_replaced(text, replacements)))
    bare = _spaces.sub(" ", _edge_underscores.sub("", plain))
    return _placeholders.sub("… ", bare).strip(" …")


def _replaced(text: str, replacements: Sequence[_Replacement]) -> str:
    for substitute, replacement in replacements:
        text = substitute(replacement, text)
    return text


def lower(text: str) -> str:
    """A text in lower case as the browser has it too: letters up to Cyrillic, one by one."""
    if text.isascii():
        return text.lower()
    return _upper_case.sub(lambda letters: letters[0].lower(), text)
