"""JSON text that is valid UTF-8 and harmless to a terminal."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def to_json(value: Json) -> str:
    """JSON indented by 1 with a final line end; only control characters are escaped.

    A lone surrogate, which UTF-8 does not allow, becomes U+FFFD.
    """
    return f"{_dump(value)}\n"


def stream_json(lists: Mapping[str, Iterable[Json]]) -> Iterator[str]:
    """Parts of what `to_json` returns for `{"version": 1, **lists}`, one for each entry."""
    yield '{\n "version": 1'
    for name, entries in lists.items():
        yield f",\n {_dump(name)}: ["
        is_empty = True
        for entry in entries:
            indented = _dump(entry).replace("\n", "\n  ")
            yield f"\n  {indented}" if is_empty else f",\n  {indented}"
            is_empty = False
        yield "]" if is_empty else "\n ]"
    yield "\n}\n"


def _dump(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    text = _SURROGATE.sub("\ufffd", text)
    return _CONTROL.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
