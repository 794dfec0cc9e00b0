"""The stylesheet and the scripts of the pages."""

import hashlib
from importlib.resources import files

_FOLDER = "assets/plantrace"
_SCRIPTS = (
    *("page.js", "copy_button.js", "search.js", "errors.js", "tables.js", "dates.js"),
    *("graphs.js", "problems.js"),
)


def load_stylesheet() -> tuple[str, str]:
    return _load("css", "plantrace.css")


def load_script() -> tuple[str, str]:
    return _load("js", *_SCRIPTS)


def _load(kind: str, *names: str) -> tuple[str, str]:
    """Join files; return their address, which changes with the text, and the text."""
    folder = files(__name__)
    text = "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{_FOLDER}/plantrace.{digest}.{kind}", text
