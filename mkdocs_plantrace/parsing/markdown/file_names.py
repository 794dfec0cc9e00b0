"""Names of Markdown and YAML files in a text, with or without their folders."""

import re
from collections.abc import Iterator

from mkdocs_plantrace.parsing.markdown.task_ids import UNSPACED

_END = re.compile(rf"\.(?i:md|ya?ml)(?!\.*+(?![{UNSPACED}])[\w/+@~-])")
"""The end of a name; a full stop after it ends the sentence."""
_WORDS_BEFORE = re.compile(rf"[{UNSPACED}]++(?!\.|/)")
_NAME = re.compile(r"(?<![\w./+@~-])[\w./+@~-]++\Z")


def find_file_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each name, in linear time.

    Words of scripts without spaces may belong to the name or not: both are yielded.
    """
    position = 0
    for suffix in _END.finditer(text):
        end = suffix.end()
        position = max(position, text.rfind(" ", position, end) + 1)
        position = max(position, text.rfind("\n", position, end) + 1)
        if name := _NAME.search(text, position, end):
            yield name.start(), end
            if before := _WORDS_BEFORE.match(text, name.start(), end):
                yield before.end(), end
        position = end
