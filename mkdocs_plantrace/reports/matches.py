"""Recorded errors that are like a text, for people and for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from mkdocs_plantrace.errors import headline, telling_line, without_markup
from mkdocs_plantrace.lookup import Match, Sighting
from mkdocs_plantrace.reports.json_text import to_json
from mkdocs_plantrace.reports.text import Paint, plain, visible

_MOST_LINES = 8
_INDENT = "   "
_WRAPPER = textwrap.TextWrapper(
    width=96, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
)


def render(matches: Iterable[Match], paint: Paint = plain) -> str:
    """Best first, each with the error, its cause, its fix and where it was met."""
    blocks = (_block(number, match, paint) for number, match in enumerate(matches, start=1))
    return "\n".join(f"{block}\n" for block in blocks)


def _block(number: int, match: Match, paint: Paint) -> str:
    sighting = match.sighting
    error, entry = sighting.error, sighting.entry
    title = error.signature or telling_line(headline(entry))
    lines = [f"{number}. {paint('rule', visible(title))}  {_state(sighting, paint)}"]
    parts = {
        "": _unless_told(entry.error, title),
        "cause": _unless_told(entry.cause, title),
        "fix": entry.fix,
        "outcome": entry.outcome,
    }
    for label, text in parts.items():
        lines.extend(_part(label, text or "", paint))
    lines.append(_INDENT + _where(sighting, paint))
    if error.page:
        lines.append(f"{_INDENT}{paint('margin', 'page:')} {paint('place', visible(error.page))}")
    return "\n".join(lines)


def _unless_told(text: str | None, title: str) -> str | None:
    return None if text is None or without_markup(text) == title else text


def _state(sighting: Sighting, paint: Paint) -> str:
    count = sighting.error.count
    times = "once" if count == 1 else f"{count} times"
    state = paint("hint", "fixed") if sighting.entry.is_fixed else paint("error", "open")
    return f"{state}, met {times}"


def _part(label: str, text: str, paint: Paint) -> Iterator[str]:
    told = [visible(line) for line in text.split("\n") if line.strip()]
    lines = [part for line in told[:_MOST_LINES] for part in _WRAPPER.wrap(line)]
    if len(told) > _MOST_LINES:
        lines.append(f"… {len(told) - _MOST_LINES} more lines")
    head = f"{paint('margin', f'{label}:')} " if label else ""
    for line in lines:
        yield f"{_INDENT}{head}{line}"
        head = "  "


def _where(sighting: Sighting, paint: Paint) -> str:
    where = sighting.entry.location
    place = paint("place", visible(f"{where.path}:{where.line}"))
    tasks = ", ".join(map(visible, sighting.tasks))
    return f"{tasks}  {place}" if tasks else place


def render_json(matches: Iterable[Match]) -> str:
    """`{"version": 1, "matches": […]}`, best first."""
    return to_json(
        {
            "version": 1,
            "matches": [
                {
                    "score": round(match.score, 6),
                    "key": match.sighting.error.key,
                    "signature": match.sighting.error.signature,
                    "error": match.sighting.entry.error,
                    "cause": match.sighting.entry.cause,
                    "fix": match.sighting.entry.fix,
                    "outcome": match.sighting.entry.outcome,
                    "tasks": list(match.sighting.tasks),
                    "path": match.sighting.entry.location.path,
                    "line": match.sighting.entry.location.line,
                }
                for match in matches
            ],
        }
    )
