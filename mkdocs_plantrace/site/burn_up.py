"""The drawing of progress over time: all tasks and completed ones, as lines with steps."""

from collections.abc import Iterator, Sequence
from datetime import date

from mkdocs_plantrace.site.view import View
from mkdocs_plantrace.trace.timeline import ProgressPoint

_WIDTH, _HEIGHT = 600, 160
_MOST_ROWS = 60
"""Of the table; more points are shown by month."""


def draw_burn_up(points: Sequence[ProgressPoint], end: str) -> View | None:
    """Draw the points up to the day `end`, or the last point; None for less than two points."""
    if len(points) <= 1:
        return None
    first, last = points[0].date, max(end, points[-1].date)
    days = max(1, _count_days(first, last))
    places = [_WIDTH * _count_days(first, point.date) / days for point in points]
    # One point for each unit of the width, the last one.
    shown = {round(place): point for place, point in zip(places, points, strict=True)}
    top = max(point.total for point in points)
    return View(
        width=_WIDTH,
        height=_HEIGHT,
        total_line=_draw_steps({x: point.total for x, point in shown.items()}, top),
        completed_line=_draw_steps({x: point.completed for x, point in shown.items()}, top),
        top=top,
        first=first,
        last=last,
        now=points[-1],
        rows=_select_rows(points),
    )


def _count_days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _draw_steps(values: dict[int, int], top: int) -> str:
    """Draw a path that keeps each value until the next one, and the last until the end."""

    def steps() -> Iterator[str]:
        for x, value in values.items():
            y = _HEIGHT - _HEIGHT * value / top
            yield f"H{x}V{y:g}" if x else f"M0 {y:g}"
        yield f"H{_WIDTH}"

    return "".join(steps())


def _select_rows(points: Sequence[ProgressPoint]) -> list[ProgressPoint]:
    if len(points) <= _MOST_ROWS:
        return list(points)
    return list({point.date[:7]: point for point in points}.values())
