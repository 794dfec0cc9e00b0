"""Takes secrets out of the output of commands, and out of command lines."""

import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

MASK = "***"
_NAME = (
    r"(?:(?:password|passwd|passphrase|passcode|secret|(?<!unexpected )token|api[_-]?key|"
    r"credential|session[_-]?id|(?:access|private|account|auth|signing|encryption|secret)[_-]?key|"
    r"(?:(?<![A-Za-z0-9])|(?<=db|pg|my)|(?<=sql|ftp)|(?<=user|root|smtp|ldap))(?:pass|pwd))s?)"
    r"(?!(?-i:[a-z]))[\w-]{0,40}"
)
"""What secrets are called, from the telling word on."""
_QUOTED = r"""(?:\\?"(?:\\.|[^"\\\n])*+"?|\\?'[^'\n]*+'?)[^\s"',;&})\]]*+"""
_BARE = r"""(?:[^\s"',;&]|[,;](?=[^\s"'])|&(?!\w+=)|(?<=\S)["'])++"""
_VALUE = f"(?:{_QUOTED}|{_BARE})"
_ELSEWHERE = (
    r"""(?!(?:\\?["'])?(?:\*+|\$\w|\$\{|\$\(|<|(?:None|null|nil|true|false|undefined)\b))"""
)
"""Keeps what is no secret itself, but says where it is, or that there is none."""
_KEY = r"[A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
_HEADER = r"""(?:\\?["'])?[ \t]*[:=][ \t]*(?:\\?["'])?"""
_KEYS = (
    re.compile(rf"-----BEGIN {_KEY}[\s\S]*?(?:-----END {_KEY}|\Z)"),
    # Of a key block that began before what is left of an output, only the end is there.
    re.compile(
        r"(?m)(?:^[^0-9A-Za-z+/=\n]{0,6}+[0-9A-Za-z+/=]{16,}+[ \t]*+\n)*+"
        rf"[^\n]{{0,80}}?-----END {_KEY}"
    ),
)
_RULES = (
    rf"""((?:authorization|cookie){_HEADER})(?!\*)[^\s"'][^\n"']*""",
    r"(\b(?:bearer|basic)[ \t]+)[\w.~+/=-]{12,}",
    r"""(://)[^\s/@:"']{0,200}:[^\s"']{1,500}(?=@)""",
    r"""(://)[^\s/@:"']{16,500}(?=@)""",
    r"""([?&](?:sig|signature|x-amz-(?:signature|credential))=)[^\s&"']+""",
    r"(hooks\.slack\.com/(?:services|workflows)/)[\w/-]+",
    rf"""({_NAME}(?:\\?["'])?[ \t]{{0,4}}(?:=>|:=|=|:(?!:))[ \t]{{0,4}}){_ELSEWHERE}{_VALUE}""",
    rf"((?<![\w-])--?(?:[\w-]{{0,40}}-)?{_NAME}[ \t]+){_ELSEWHERE}(?!-){_VALUE}",
    r"""((?<![\w-])(?:-u|--user|--proxy-user)[ =]?["']?[^\s:"'/]{1,100}:)[^\s"']+""",
    r"(\b(?:mysql|mariadb|sshpass)\w*\b[^\n]{0,300}?[ ]-p)[^\s-][^\s]*",
)
"""Each with what it keeps before the secret."""
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
_MASKED = [re.compile(rule, re.IGNORECASE | re.MULTILINE) for rule in _RULES]
_SHAPED = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_TOKENS)})")
_OPTION = re.compile(rf"--?(?:[\w-]{{0,40}}-)?{_NAME}", re.IGNORECASE)
_USER = re.compile(r"((?:-u|--user=|--proxy-user=)[^\s:\"'/]{1,100}:).+", re.DOTALL)
_USER_OPTIONS = ("-u", "--user", "--proxy-user")
_ASSIGNED = re.compile(rf"([\w-]{{0,80}}?{_NAME}=).+", re.IGNORECASE | re.DOTALL)


def mask(text: str) -> str:
    """The text with what looks like a secret, or is named like one, made unreadable."""
    for pattern in _KEYS if "PRIVATE KEY" in text else ():
        text = pattern.sub(MASK, text)
    for pattern in _MASKED:
        text = pattern.sub(rf"\g<1>{MASK}", text)
    return _SHAPED.sub(MASK, text)


def mask_command(command: Iterable[str]) -> str:
    """A command line that can be pasted into a shell, but for its secrets."""
    return mask(" ".join(_quoted(tuple(command))))


def _quoted(command: Sequence[str]) -> Iterator[str]:
    takes_secret = _options_of(command)
    before = ""
    for word in command:
        if before in takes_secret or (_is_secret(before) and not word.startswith("--")):
            yield MASK
        elif assigned := _ASSIGNED.fullmatch(word):
            yield assigned[1] + MASK
        elif user := _USER.fullmatch(word if before not in _USER_OPTIONS else f"-u{word}"):
            yield user[1].removeprefix("" if user[0] == word else "-u") + MASK
        elif "-p*" in takes_secret and word.startswith("-p") and word != "-p":
            yield f"-p{MASK}"
        else:
            yield shlex.quote(mask(word))
        before = word


def _is_secret(option: str) -> bool:
    """Whether the word after an option is a secret, not where to find one."""
    return bool(_OPTION.fullmatch(option)) and not option.endswith(("-stdin", "-file", "-env"))


def _options_of(command: Sequence[str]) -> frozenset[str]:
    """The short options of well-known programs that take a secret; `-p*` holds it itself."""
    programs = {os.path.basename(word) for word in command}
    found = set()
    if "sshpass" in programs:
        found |= {"-p", "-p*"}
    if programs & {"mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump"}:
        found.add("-p*")
    if "redis-cli" in programs:
        found.add("-a")
    if programs & {"docker", "podman"} and "login" in programs:
        found.add("-p")
    return frozenset(found)
