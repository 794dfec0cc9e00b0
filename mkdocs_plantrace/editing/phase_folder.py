"""Name the folder of a phase as the folders of other phases are named."""

import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mkdocs_plantrace.utils.paths import is_device_name

_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_MAX_SLUG_LENGTH = 40
_UNSAFE = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|]|^[_.~-]|[. ]$')
"""What a name of a folder cannot have on every system, or what makes it hidden or a template."""


class _Convention(NamedTuple):
    """A folder is `parent`/`before`…`after` around a form of the phase."""

    parent: str
    before: str
    after: str
    form: int


def find_conventional_folder(phase: str, folders: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the folder of a phase, by the folders of tasks of other phases; [] without any."""
    conventions: Counter[_Convention] = Counter()
    for other, paths in folders.items():
        conventions.update(found for path in paths if (found := _recognize(other, path)))
    return [
        posixpath.join(parent, f"{before}{name}{after}")
        for (parent, before, after, form), _ in conventions.most_common(1)
        if (name := _list_forms(phase)[form])
        and not _UNSAFE.search(name)
        and not is_device_name(f"{before}{name}{after}")
    ]


def name_phase_folder(phase: str) -> str:
    """Return the name of a folder where no other phase has one."""
    if _NUMBER.fullmatch(phase):
        return f"phase{phase}"
    name = slugify(phase) or "other"
    return f"phase_{name}" if is_device_name(name) else name


def slugify(text: str) -> str:
    """Return lower-case words joined by `_`, without accents, cut after a whole word."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", letters))
    slug = ""
    for word in words:
        if slug and len(slug) + len(word) >= _MAX_SLUG_LENGTH:
            break
        slug = f"{slug}_{word}" if slug else word[:_MAX_SLUG_LENGTH]
    return slug


def _list_forms(phase: str) -> tuple[str, ...]:
    """Return a phase as it is, and as people write it in names of folders."""
    return phase, phase.lower(), slugify(phase), slugify(phase).replace("_", "-")


def _recognize(phase: str, folder: str) -> _Convention | None:
    parent, name = posixpath.split(folder)
    for number, form in enumerate(_list_forms(phase)):
        before, found, after = name.rpartition(form) if form else ("", "", "")
        if found and not (_is_joined(before[-1:], form[0]) or _is_joined(after[:1], form[-1])):
            return _Convention(parent, before, after, number)
    return None


def _is_joined(outside: str, inside: str) -> bool:
    """Whether two characters are of one word or number; letters may be before a number."""
    return outside.isdigit() or outside == "." or (outside.isalpha() and not inside.isdigit())
