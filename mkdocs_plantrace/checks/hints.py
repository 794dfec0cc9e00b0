"""Suggestions for wrong paths and ids; all of them exist."""

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence

from mkdocs_plantrace.project.file_index import FileIndex, last_two
from mkdocs_plantrace.project.path_resolver import LONGEST_PATH
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import Series, fold, format_suggestion

_LONGEST_ID = 200
_MOST_LISTED = 12
_RANGE = re.compile(
    r"(?P<start>.*?)(?P<first>\d{1,9})"
    r"\s*(?:\.\.+|\u2013|\u2014| to )\s*"
    r"(?P=start)??(?P<last>\d{1,9})"
)
_CONVENTIONAL = frozenset({"plan.md", "exec_log.md", "meta.yml", "index.md", "readme.md"})
"""Names that many folders have: a file elsewhere with such a name is not suggested."""


def find_similar_path(trace: Trace, written: str, fits: Callable[[str], bool] = bool) -> str | None:
    """Find the most similar file for a broken root-relative path, if it `fits`."""
    if len(written) > LONGEST_PATH:
        return None
    cleaned = posixpath.normpath(written.partition("#")[0].replace("\\", "/").strip("/") or ".")
    candidates = (it for it in _candidates(trace, cleaned) if it and it != written)
    return next(filter(fits, candidates), None)


def suggest_path(trace: Trace, written: str, path: str | None) -> str | None:
    """Suggest a file for a path as it is written, of which `path` is the root-relative form."""
    return format_suggestion(find_similar_path(trace, path or written), written)


def _candidates(trace: Trace, path: str) -> Iterator[str | None]:
    index, tree = trace.file_index, trace.resolver.tree
    yield path if path in tree.files else tree.by_folded_path.get(fold(path))
    pages = index.pages.get(path, ())  # a folder instead of its only page
    yield pages[0] if len(pages) == 1 else None
    yield _correct_segments(trace, path)
    yield _find_moved(index, path)


def _correct_segments(trace: Trace, path: str) -> str | None:
    """Replace each segment that does not exist by the most similar name."""
    tree = trace.resolver.tree
    found = ""
    for segment in path.split("/"):
        exact = posixpath.join(found, segment)
        is_there = exact in tree.files or exact in tree.folders
        if is_there and not trace.resolver.is_template(f"{exact}/"):
            found = exact
            continue
        name = trace.file_index.most_similar(found, segment)
        if name is None:
            return None
        found = posixpath.join(found, name)
    return found if found in tree.files else None


def _find_moved(index: FileIndex, path: str) -> str | None:
    """Find the only file elsewhere with this name and folder, or with this name."""
    name = posixpath.basename(path)
    same_folder = index.by_end.get(last_two(path), ())
    if len(same_folder) == 1:
        return same_folder[0]
    same_name = index.by_name.get(name, ())
    return same_name[0] if len(same_name) == 1 and name.lower() not in _CONVENTIONAL else None


def find_similar_id(written: str, ids: Series) -> str | None:
    if len(written) > _LONGEST_ID:
        return None
    return ids.find_lookalike(written) or ids.most_similar(written)


def suggest_task(trace: Trace, written: str) -> str | None:
    """Suggest the ids in a range such as `TSK-2..TSK-4` or `TSK-2 to 4`, or else a similar id."""
    ids = trace.task_index.id_series
    found = _RANGE.fullmatch(written) if len(written) <= _LONGEST_ID else None
    members = ids.between(found["start"], int(found["first"]), int(found["last"])) if found else ()
    if members:
        return f"write the ids one by one: {join_words(members)}"
    return format_suggestion(find_similar_id(written, ids), written)


def join_words(words: Sequence[str]) -> str:
    """Join words with commas, and count those after the first twelve."""
    listed, left = ", ".join(words[:_MOST_LISTED]), len(words) - _MOST_LISTED
    return f"{listed} and {left} more" if left > 0 else listed
