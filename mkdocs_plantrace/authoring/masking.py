"""Takes secrets out of the output of commands, and out of command lines."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator

MASK = "***"
_NAME = (
    r"(?:password|passwd|passphrase|passcode|secret|(?<!unexpected )token|"
    r"api[_-]?key|credentials?|session[_-]?id|"
    r"(?:access|private|account|auth|signing|encryption)[_-]?key|(?<![A-Za-z0-9])(?:pass|pwd))"
    r"(?!(?-i:[a-z]))[\w-]{0,40}"
)
"""What secrets are called, from the telling word on."""
_VALUE = r"""(?:\\?"[^"\n]{0,2000}"?|\\?'[^'\n]{0,2000}'?|[^\s"',;&]{1,2000})"""
_ELSEWHERE = (
    r"""(?!(?:\\?["'])?(?:\*+|\$\w|\$\{|\$\(|<|(?:None|null|nil|true|false|undefined)\b))"""
)
"""Keeps what is no secret itself, but says where it is, or that there is none."""
_KEY = r"[A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
_HEADER = r"""(?:\\?["'])?[ \t]*[:=][ \t]*(?:\\?["'])?"""
_RULES = (
    (rf"()-----BEGIN {_KEY}[\s\S]*?(?:-----END {_KEY}|\Z)", ""),
    # Of a key block that began before what is left of an output, only the end is there.
    (rf"()(?:^[^\n]{{0,6}}[0-9A-Za-z+/=]{{16,}}[ \t]*\n)*[^\n]{{0,80}}-----END {_KEY}", ""),
    (rf"""(authorization{_HEADER})(?!\*)[^\s"'][^\n"']*""", ""),
    (rf"""(cookie{_HEADER})(?!\*)[^\s"'][^\n"']*""", ""),
    (r"(\b(?:bearer|basic)[ \t]+)[\w.~+/=-]{12,}", ""),
    (r"""(://)[^\s/@:"']{0,200}:[^\s@"']{1,500}@""", "@"),
    (r"""(://)[^\s/@:"']{16,500}@""", "@"),
    (r"""([?&](?:sig|signature|x-amz-(?:signature|credential))=)[^\s&"']+""", ""),
    (r"(hooks\.slack\.com/(?:services|workflows)/)[\w/-]+", ""),
    (
        rf"""({_NAME}(?:\\?["'])?[ \t]{{0,4}}(?:=>|:=|=|:(?!:))[ \t]{{0,4}}){_ELSEWHERE}{_VALUE}""",
        "",
    ),
    (rf"((?<![\w-])--?(?:[\w-]{{0,40}}-)?{_NAME}[ \t]+){_ELSEWHERE}(?!-){_VALUE}", ""),
    (r"""((?<![\w-])(?:-u|--user|--proxy-user)[ =]?["']?[^\s:"'/]{1,100}:)[^\s"']+""", ""),
    (r"(\b(?:mysql|mariadb|sshpass)\w*\b[^\n]{0,300}?[ ]-p)[^\s-][^\s]*", ""),
)
"""Each with what it keeps before the secret, and what comes after."""
_TOKENS = (
    r"(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    r"gh[pousr]_[A-Za-z0-9]{16,}",
    r"github_pat_\w{16,}",
    r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[\w.-]{16,}",
    r"xox[a-z]-[\w-]{8,}",
    r"xapp-[\w-]{8,}",
    r"eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}",
    r"AIza[\w-]{30,}",
    r"ya29\.[\w-]{16,}",
    r"(?:sk|rk|pk)_(?:live|test)_\w{10,}",
    r"sk-[\w-]{20,}",
    r"npm_[A-Za-z0-9]{30,}",
    r"pypi-[\w-]{30,}",
    r"SG\.[\w-]{16,}\.[\w-]{16,}",
    r"dop_v1_[0-9a-f]{32,}",
    r"hf_[A-Za-z0-9]{30,}",
    r"AGE-SECRET-KEY-1[0-9A-Z]{20,}",
)
"""What secrets look like, whatever stands beside them."""
_MASKED = tuple((re.compile(rule, re.IGNORECASE | re.MULTILINE), end) for rule, end in _RULES)
_SHAPED = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_TOKENS)})")
_OPTION = re.compile(rf"--?(?:[\w-]{{0,40}}-)?{_NAME}", re.IGNORECASE)
_ASSIGNED = re.compile(rf"([\w-]{{0,80}}?{_NAME}=).+", re.IGNORECASE | re.DOTALL)


def mask(text: str) -> str:
    """The text with what looks like a secret made unreadable.

    What is named like a secret is taken for one, too: better a word too many than one too few.
    """
    for pattern, end in _MASKED:
        text = pattern.sub(rf"\g<1>{MASK}{end}", text)
    return _SHAPED.sub(MASK, text)


def mask_command(command: Iterable[str]) -> str:
    """A command line that can be pasted into a shell, but for its secrets."""
    return mask(" ".join(_quoted(command)))


def _quoted(command: Iterable[str]) -> Iterator[str]:
    is_secret = False
    for word in command:
        if is_secret and not word.startswith("-"):
            yield MASK
        elif assigned := _ASSIGNED.fullmatch(word):
            yield assigned[1] + MASK
        else:
            yield shlex.quote(mask(word))
        is_secret = _OPTION.fullmatch(word) is not None
