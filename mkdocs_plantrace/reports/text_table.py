"""Tables in plain text."""

from collections.abc import Sequence

from mkdocs_plantrace.utils.terminal import find_width, visible


def format_table(rows: Sequence[Sequence[str]]) -> str:
    """Align the columns of rows; wide characters take two columns of a terminal."""
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(find_width, column)) for column in zip(*shown, strict=True)]
    lines = (
        "  ".join(
            cell + " " * (width - find_width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        for row in shown
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)
