"""Normalize the text of an error to what two runs of the same failure have in common.

All patterns need linear time for any text.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple, TypeAlias

from mkdocs_plantrace.utils.terminal import strip_escape_sequences

_Substitution: TypeAlias = tuple[Callable[[str, str], str], str]


class _Rule(NamedTuple):
    pattern: str
    replacement: str


_ALNUM = "0-9A-Za-z"
_LETTERS = "\u00c0-\u1fff\u2c00-\u2dff\u3040-\ud7ff\uf900-\ufdff\uff66-\uffdc\U00010000-\U0001efff"
"""Everything beyond ASCII except punctuation, symbols and emoji."""
_WORD = _ALNUM + "_" + _LETTERS
_SPACE = " \\t\\n\\r\\f\\v\u00a0"
_COMPONENT = f"[{_WORD}.@+~$-]"
# A lookbehind comes after the first character, because Python searches for a character faster.
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
    _Rule("[\u00ad\u200b-\u200f\u2060\ufeff]", ""),  # invisible
    _Rule("\\\\([_*\\[\\]`])", "\\1"),  # escaped markup
    _Rule("[Ff]ile:///?(?:[A-Za-z]:)?", "/"),  # file scheme
    # Host and the first parts of the path identify a request.
    _Rule(  # url
        f"(?<![{_ALNUM}])[A-Za-z][0-9A-Za-z+.-]{{1,20}}://(?:[^{_SPACE}/@]{{1,100}}@)?"
        f"([0-9A-Za-z._-]{{0,255}})(?::[0-9]{{1,5}}(?![0-9]))?"
        + f"(?:/([^{_URL_STOPS}]{{0,99}}))?" * 3
        + f"(?:/[^{_SPACE}?#\"'<>`),;\\]]*)?(?:[?#][^{_SPACE}\"'<>`),;\\]]*)?",
        " \\1 \\2 \\3 \\4 ",
    ),
    _Rule(  # date
        f"[0-9](?<![{_ALNUM}_-].)[0-9]{{3}}[-/.][0-9]{{2}}[-/.][0-9]{{2}}"
        f"(?:[T ]{_CLOCK}{_ZONE})?{_NOT_BEFORE_WORD}",
        " ",
    ),
    _Rule(  # compact date
        f"[0-9](?<![{_ALNUM}].)[0-9]{{7}}T[0-9]{{4,6}}(?:[.,][0-9]{{1,9}})?Z?{_NOT_BEFORE_WORD}",
        " ",
    ),
    _Rule(  # month
        f"(?<![{_ALNUM}_])(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{{0,6}},? )?"
        f"(?:{_MONTH} {{1,2}}[0-9]{{1,2}}|[0-9]{{1,2}}[ /-]{_MONTH}[ /-][0-9]{{4}})"
        f",?(?: [0-9]{{4}})?[ :]{_CLOCK}{_ZONE}(?: [0-9]{{4}})?{_NOT_BEFORE_WORD}",
        " ",
    ),
    (f"[0-9](?<![{_ALNUM}_:.].)[0-9]?:{_MINUTES}{_ZONE}(?![{_ALNUM}_:])", " "),  # clock
    _Rule(  # uuid
        f"(?<![{_ALNUM}]){_HEX_RUN}{{8}}(?:-{_HEX_RUN}{{4}}){{3}}-{_HEX_RUN}{{12}}(?![{_ALNUM}])",
        " … ",
    ),
    # Exit codes, statuses and errno distinguish failures.
    _Rule(  # exit code
        f"((?i:exit))(?<![{_ALNUM}_].{{4}})(?i:ed|s)?"
        "(?: (?i:with))?(?: (?i:code|status|value))?"
        f"[ :=(]{{1,3}}([0-9]{{1,3}})(?![{_ALNUM}_])",
        " \\1\\2 ",
    ),
    _Rule(  # code
        f"{_NOT_AFTER_WORD}((?i:http|status|code|errno|sqlstate|signal))"
        f"(?:/[0-9.]{{1,3}})?[ :=(#\\[]{{1,3}}([0-9]{{1,5}})(?![{_ALNUM}_.:%])",
        " \\1\\2 ",
    ),
    (f"/(?:home|[Uu]sers)/{_COMPONENT}+", "/"),  # home
    (f"/tmp/[Tt]mp{_COMPONENT}*", "/tmp/…"),  # noqa: S108, text, temporary
    _Rule(  # windows folders
        f"(?<![{_ALNUM}])[A-Za-z]:\\\\+(?:[^\\\\/:*?\"'`<>|\\n]{{1,64}}\\\\+)*",
        " ",
    ),
    # Folders differ between checkouts; the base name identifies the file. `and/or` is not a path.
    _Rule(  # folders
        f"(?<![{_WORD}.@+~$/\\\\-])(?:(?:[A-Za-z]:)?(?:~|\\.{{1,2}})?[\\\\/]+(?:{_COMPONENT}+[\\\\/]+)*"
        f"|{_COMPONENT}+[\\\\/]+{_COMPONENT}+[\\\\/]+(?:{_COMPONENT}+[\\\\/]+)*"
        f"|{_COMPONENT}+[\\\\/]+(?={_COMPONENT}*\\.[A-Za-z]))",
        " ",
    ),
    _Rule(  # position
        f"(\\.[A-Za-z][{_ALNUM}]{{0,9}})"
        f"(?:(?::[0-9]{{1,9}}){{1,3}}(?![{_ALNUM}_])|\\([0-9]{{1,9}}(?:,[0-9]{{1,9}})?\\))",
        "\\1 ",
    ),
    _Rule(  # line
        f"{_NOT_AFTER_WORD}(?:(?i:on|at|in) )?(?i:line)[sS]? "
        f"[0-9]{{1,9}}(?:[-:–][0-9]{{1,9}})?"
        f"(?:,? (?i:column|col) [0-9]{{1,9}})?{_NOT_BEFORE_WORD}",
        " ",
    ),
    # `0x80070005` and `0xC0000005` are codes of Windows, not addresses.
    _Rule(  # hexadecimal
        f"(?<![{_ALNUM}])(?:0[xX](?![8cC]{_HEX_RUN}{{7}}(?![{_ALNUM}])){_HEX_RUN}+"
        f"|(?={_HEX_RUN}{{0,63}}[0-9])(?=[0-9]{{0,63}}[A-Fa-f])"
        f"(?:[0-9a-f]{{7,64}}|[0-9A-F]{{10,64}}))(?![{_ALNUM}])",
        " … ",
    ),
    # Short runs of digits inside identifiers are part of a name (`P7210`, `TSK-P0-051`).
    _Rule(  # number
        f"[0-9](?<![{_ALNUM}_].)(?<![{_ALNUM}_][.-].)[0-9]*(?:[.,:/-][0-9]+)*"
        f"(?: ?{_UNIT}(?:[0-9]{{1,9}}{_UNIT}){{0,4}})?(?![{_WORD}])(?!-[A-Za-z])",
        " … ",
    ),
    _Rule("[0-9](?<![0-9].)(?:(?<!0[xX].)[0-9]{5,}|(?<=[a-z][_-].)[0-9]{4})", "…"),  # run number
)

_VALUES = (
    _Rule("=\\([^()\\n]{0,200}\\)", " … "),  # detail
    *(
        # One word in quotes is a value, unless it is a file, a constant or a type of error.
        _Rule(
            f"(?<![{_ALNUM}]){opening}(?![^{_SPACE}{closing}]{{0,80}}\\.[A-Za-z]{{1,4}}{closing})"
            f"(?![A-Z0-9_.-]{{3,80}}{closing})(?![{_ALNUM}_.]{{0,70}}(?:Error|Exception){closing})"
            f"[^{_SPACE}{opening}{closing}]{{1,80}}{closing}(?![{_ALNUM}])",
            " … ",
        )
        for opening, closing in ('""', "''", "``", "`'", "“”", "‘’")
    ),
)

_NOT_WORDS = re.compile(f"[^{_WORD}…]+")
_EDGE_UNDERSCORES = re.compile(f"(?<![{_WORD}])_+|(?<!_)_+(?![{_WORD}])")
_PLACEHOLDERS = re.compile("(?:… ?)+")
_SPACES = re.compile(" {2,}")
_REAL_WORD = re.compile(f"[a-z{_LETTERS}]{{2}}")
_FEWEST_WORDS = 3
"""Values are not removed if fewer words would remain."""


@cache
def _compiled() -> tuple[_Substitution, ...]:
    return tuple((re.compile(pattern).sub, into) for pattern, into in (*_RULES, *_VALUES))


def normalize_error(text: str) -> str:
    """Normalize an error: lower case, `…` for what differs between runs.

    Colours, times, folders, line numbers, punctuation and markup are removed. Base names of
    files, exit codes and identifiers remain. A text that is mostly values keeps them, so that
    different errors remain different. The result is empty only without any word or number.
    """
    text = strip_escape_sequences(text)
    folded = _words(text, _compiled())
    if sum(1 for word in folded.split() if _REAL_WORD.search(word)) < _FEWEST_WORDS:
        folded = _words(text, _compiled()[: len(_RULES)])
    if not _REAL_WORD.search(folded):
        folded = _words(text, ())
    return folded


def _words(text: str, rules: Iterable[_Substitution]) -> str:
    for substitute, replacement in rules:
        text = substitute(replacement, text)
    plain = _NOT_WORDS.sub(" ", text.casefold())
    bare = _SPACES.sub(" ", _EDGE_UNDERSCORES.sub("", plain))
    return _PLACEHOLDERS.sub("… ", bare).strip(" …")
