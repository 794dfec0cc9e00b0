"""The files that pages need besides their HTML."""

from __future__ import annotations

import hashlib
from importlib.resources import files

_FOLDER = "assets/plantrace"


def stylesheet() -> tuple[str, str]:
    """Address and text of the stylesheet; the address changes with the text, for caches."""
    text = files(__name__).joinpath("plantrace.css").read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{_FOLDER}/plantrace.{digest}.css", text
