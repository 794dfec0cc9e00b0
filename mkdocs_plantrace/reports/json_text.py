"""JSON text that is valid UTF-8 and harmless to a terminal."""

import json
import re
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def to_json(value: Json) -> str:
    """JSON indented by 1 with a final line end; only control characters are escaped.

    A lone surrogate, which UTF-8 does not allow, becomes U+FFFD.
    """
    text = json.dumps(value, ensure_ascii=False, indent=1)
    text = _SURROGATE.sub("\ufffd", text)
    return _CONTROL.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"
