"""The files that pages need besides their HTML."""

import hashlib
from importlib.resources import files

_FOLDER = "assets/plantrace"
_SCRIPTS = ("page.js", "search.js", "errors.js", "tables.js", "copying.js")


def stylesheet() -> tuple[str, str]:
    return _versioned("css", "plantrace.css")


def script() -> tuple[str, str]:
    return _versioned("js", *_SCRIPTS)


def _versioned(kind: str, *names: str) -> tuple[str, str]:
    """Files as one; the address changes with the text, for caches."""
    folder = files(__name__)
    text = "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{_FOLDER}/plantrace.{digest}.{kind}", text
