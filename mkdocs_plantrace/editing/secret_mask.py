"""Mask the secrets in the output of a command and in its command line."""

import re
import shlex
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

MASK = "***"
_ASSIGNMENT = re.compile(
    r"((?:--?[\w-]+=|-[A-Za-z](?=[^\s-])|[\w.-]+[=:](?!\s|//))*)(.+)", re.DOTALL
)


class _Shapes(NamedTuple):
    """The expressions of `token_shapes.toml`, in the order in which they are applied."""

    blocks: list[re.Pattern[str]]
    tables: dict[str, re.Pattern[str]]
    values: list[re.Pattern[str]]
    tokens: re.Pattern[str]


def mask(text: str) -> str:
    """Replace all that looks like a secret, or has the name of one, by `***`."""
    shapes = _load_shapes()
    for pattern in shapes.blocks:
        text = pattern.sub(rf"\g<1>{MASK}", text)
    text = "\n".join(_mask_columns(text.split("\n"), shapes.tables))
    for pattern in shapes.values:
        text = pattern.sub(rf"\g<1>{MASK}", text)
    return shapes.tokens.sub(lambda match: match["public"] or MASK, text)


def mask_command(command: Iterable[str]) -> str:
    """Return a command line that can be pasted into a shell, with its secrets masked."""
    return mask(" ".join(_quote(word) for word in command))


def _quote(word: str) -> str:
    """Quote only the value of a word such as `--name=value`, which can then be masked."""
    assignment = _ASSIGNMENT.fullmatch(word)
    name, value = assignment.groups() if assignment else ("", word)
    if "'" in value and not set(value) & set('"$`\\!'):
        return f'{name}"{value}"'
    return name + shlex.quote(value)


def _mask_columns(lines: list[str], tables: Mapping[str, re.Pattern[str]]) -> Iterator[str]:
    """Mask the columns of tables whose header is the name of a secret."""
    secret: list[int] = []
    count = 0
    for line in lines:
        cells = tables["separator"].split(line)
        if secret and len(cells) == count:
            for column in secret:
                if not tables["harmless cell"].fullmatch(cells[column]):
                    cells[column] = MASK
        elif not tables["rule"].fullmatch(line):
            secret, count = _find_secret_columns(cells, tables), len(cells)
        yield "".join(cells)


def _find_secret_columns(cells: list[str], tables: Mapping[str, re.Pattern[str]]) -> list[int]:
    """Return the secret columns if these cells, and what separates them, are a header."""
    if len(cells) == 1 or not all(map(tables["header"].fullmatch, cells[::2])):
        return []
    first = 0 if len(cells) > len("a|b") else 1  # with two columns: a name and its value
    found = tables["secret header"].fullmatch
    return [column for column, cell in enumerate(cells) if column >= first and found(cell)]


@cache
def _load_shapes() -> _Shapes:
    """Compile all expressions, which takes a while, when the first text is masked."""
    file = resources.files(__package__) / "token_shapes.toml"
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    parts = {**data["parts"], "NAMES": "|".join(data["names"])}
    public, tokens = ("|".join(data[section].values()) for section in ("public", "tokens"))
    return _Shapes(
        [_compile(shape, parts) for shape in data["blocks"].values()],
        {name: _compile(shape, parts) for name, shape in data["tables"].items()},
        [_compile(shape, parts) for shape in (*data["values"].values(), *_join_options(data))],
        _compile(rf"(?P<public>{public})|(?<![A-Za-z0-9])(?:{tokens})", parts, 0),
    )


def _join_options(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield a shape for each option: a program, the option, and what it takes."""
    for option, programs in data["options"].items():
        names = programs.replace(" ", r"[ \"',]{1,4}")
        after = "<ATTACHED>" if option.endswith("*") else "<NEXT>"
        if len(option) == len("-p"):
            after = "<NEXT>?+"
        name = option.removesuffix("*")
        yield rf"(\b(?:{names})\b[^\n]{{0,300}}?[\s\"'](?-i:{name}){after}<BEFORE>)<TAKEN>"


def _compile(pattern: str, parts: Mapping[str, str], flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """Compile an expression with its parts, and the parts of these, put in."""

    def expand(text: str) -> str:
        return re.sub(r"<([A-Z]{3,})>", lambda match: f"(?:{expand(parts[match[1]])})", text)

    return re.compile(expand(pattern), re.MULTILINE | flags)
