"""Mask the secrets in the output of a command and in its command line."""

import os
import re
import shlex
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources

MASK = "***"
_SHAPES = tomllib.loads(
    (resources.files(__package__) / "token_shapes.toml").read_text(encoding="utf-8")
)
_PARTS = {**_SHAPES["parts"], "NAMES": "|".join(_SHAPES["names"])}


def _compile(pattern: str, flags: int = 0) -> re.Pattern[str]:
    for part, text in _PARTS.items():
        pattern = pattern.replace(f"<{part}>", text)
    return re.compile(pattern, flags)


_PRIVATE_KEYS = [_compile(shape, re.MULTILINE) for shape in _SHAPES["private_keys"].values()]
_VALUES = [_compile(shape, re.IGNORECASE | re.MULTILINE) for shape in _SHAPES["values"].values()]
_TOKENS = _compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_SHAPES['tokens'].values())})")
_OPTION = _compile(r"--?(?:[\w-]{0,40}-)?<NAME>", re.IGNORECASE)
_ASSIGNMENT = _compile(r"([\w-]{0,80}?<NAME>=).+", re.IGNORECASE | re.DOTALL)
_USER = re.compile(r"((?:-u|--user=|--proxy-user=)[^\s:\"'/]{1,100}:).+", re.DOTALL)
_USER_OPTIONS = ("-u", "--user", "--proxy-user")


def mask(text: str) -> str:
    """Replace all that looks like a secret, or has the name of one, by `***`."""
    for pattern in _PRIVATE_KEYS if "PRIVATE KEY" in text else ():
        text = pattern.sub(MASK, text)
    for pattern in _VALUES:
        text = pattern.sub(rf"\g<1>{MASK}", text)
    return _TOKENS.sub(MASK, text)


def mask_command(command: Iterable[str]) -> str:
    """Return a command line that can be pasted into a shell, with its secrets masked."""
    return mask(" ".join(_quote_words(tuple(command))))


def _quote_words(command: Sequence[str]) -> Iterator[str]:
    secret_options = _find_secret_options(command)
    before = ""
    for word in command:
        if before in secret_options or (_is_secret(before) and not word.startswith("--")):
            yield MASK
        elif assigned := _ASSIGNMENT.fullmatch(word):
            yield assigned[1] + MASK
        elif user := _USER.fullmatch(word if before not in _USER_OPTIONS else f"-u{word}"):
            yield user[1].removeprefix("" if user[0] == word else "-u") + MASK
        elif "-p*" in secret_options and word.startswith("-p") and word != "-p":
            yield f"-p{MASK}"
        else:
            yield shlex.quote(mask(word))
        before = word


def _is_secret(option: str) -> bool:
    """Whether the word after an option is a secret, not a reference to one."""
    return bool(_OPTION.fullmatch(option)) and not option.endswith(("-stdin", "-file", "-env"))


def _find_secret_options(command: Sequence[str]) -> frozenset[str]:
    """Return the options of the programs in a command that take a secret."""
    words = {os.path.basename(word) for word in command}
    programs = (name for name in _SHAPES["options"] if words.issuperset(name.split()))
    return frozenset(option for name in programs for option in _SHAPES["options"][name])
