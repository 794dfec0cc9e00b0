"""Values as JSON text that every reader takes and no terminal obeys."""

import json
import re
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def to_json(value: Json) -> str:
    """Indented by 1, with a final line end; text outside ASCII stays readable.

    Half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD; control characters that
    JSON would allow are written as escapes.
    """
    text = json.dumps(value, ensure_ascii=False, indent=1)
    text = _SURROGATE.sub("\ufffd", text)
    return _CONTROL.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"
