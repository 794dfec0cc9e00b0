"""An index of files for suggestions: finds the file that a wrong path was probably to name."""

import posixpath
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from mkdocs_plantrace.project.file_tree import Tree
from mkdocs_plantrace.utils.did_you_mean import Series
from mkdocs_plantrace.utils.globs import compile_globs
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values


class FileIndex:
    def __init__(self, tree: Tree, is_template: Callable[[str], bool]) -> None:
        self._tree = tree
        self._is_template = is_template
        self._similar_names = cache(self._index_names)

    def most_similar(self, folder: str, name: str) -> str | None:
        """The name in a folder ('' for the root) that differs in its stem or its suffix only."""
        stem, suffix = posixpath.splitext(name)
        same_suffix = self._similar_names(folder).get(("suffix", suffix))
        same_stem = self._similar_names(folder).get(("stem", stem))
        if same_suffix and (close := same_suffix.most_similar(stem)) is not None:
            return close + suffix
        return same_stem.most_similar(name) if same_stem else None

    def _index_names(self, folder: str) -> dict[tuple[str, str], Series]:
        names = (
            name
            for name in self._tree.children(folder)
            if not self._is_template(posixpath.join(folder, name, ""))
        )
        similar = group_values(
            pair
            for name in names
            for stem, suffix in [posixpath.splitext(name)]
            for pair in ((("suffix", suffix), stem), (("stem", stem), name))
        )
        return {key: Series(found) for key, found in similar.items()}

    @cached_property
    def pages(self) -> Mapping[str, Sequence[str]]:
        return group_values(
            (posixpath.dirname(path), path)
            for path in self._tree.files
            if path.lower().endswith(".md")
        )

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[str]]:
        """The paths of files by their last segment, without templates."""
        return group_values((posixpath.basename(path), path) for path in self._files)

    @cached_property
    def by_end(self) -> Mapping[str, Sequence[str]]:
        """The paths of files by their last two segments, without templates."""
        return group_values((last_two(path), path) for path in self._files)

    def matches(self, glob: str) -> Sequence[str]:
        """The files that match a path with a star, sorted; brackets are not special."""
        start, star, end = glob.partition("*")
        if not star:
            return ()
        start = start.partition("?")[0]
        nearby = self._tree.starting_with(start)
        if "*" not in end and "?" not in glob:  # compiling each glob takes most of the time
            return [
                path
                for path in nearby
                if path.endswith(end, len(start))
                and "/" not in path[len(start) : -len(end) or None]
            ]
        return list(filter(compile_globs([glob.replace("[", "[[]")]), nearby))

    @cached_property
    def _files(self) -> Sequence[str]:
        return [path for path in self._tree.files if not self._is_template(path)]


def last_two(path: str) -> str:
    """The last two segments of a path; `/` and the segment if there is only one."""
    folder, name = posixpath.split(path)
    return f"{posixpath.basename(folder)}/{name}"
