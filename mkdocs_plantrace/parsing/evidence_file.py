"""Evidence files: whether they are JSON, their status, and the keys that they must have."""

import json
from collections.abc import Iterable
from pathlib import Path

from mkdocs_plantrace.model.task import EvidenceFile
from mkdocs_plantrace.utils.text_file import UnreadableFileError, read_text

MAX_BYTES = 64 * 1024 * 1024


def is_json(path: str) -> bool:
    return path.lower().endswith(".json")


def read_evidence(path: str | Path, wanted: Iterable[str]) -> EvidenceFile:
    """Read a JSON file; never raises for its content.

    `wanted` are keys at the top, or paths of keys joined by dots.
    """
    try:
        content = json.loads(read_text(path, limit=MAX_BYTES))
    except UnreadableFileError as error:
        return EvidenceFile(fault=error.reason)
    except json.JSONDecodeError as error:
        return EvidenceFile(
            fault=f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        )
    except (RecursionError, ValueError):  # nested too deeply, or a number of 4,301 digits
        return EvidenceFile(fault="cannot be read as JSON")
    status = content.get("status") if isinstance(content, dict) else None
    return EvidenceFile(
        status=None if status is None else str(status).strip(),
        missing=frozenset(key for key in wanted if not _holds(content, key)),
    )


def _holds(content: object, key: str) -> bool:
    if not isinstance(content, dict):
        return False
    if key in content:
        return True
    first, dot, rest = key.partition(".")
    return bool(dot) and first in content and _holds(content[first], rest)
