"""Answers to a search as text and as JSON."""

import textwrap
from collections.abc import Iterable, Iterator

from mkdocs_plantrace.parsing.logs.fields import unwrap_code
from mkdocs_plantrace.reports.json_text import Json, to_json
from mkdocs_plantrace.reports.text_report import Paint, plain
from mkdocs_plantrace.trace.error_groups import ErrorStanding, ErrorState, summarize, without_markup
from mkdocs_plantrace.trace.search.answers import Answer, LabelledError
from mkdocs_plantrace.trace.search.bm25 import Passage
from mkdocs_plantrace.utils.terminal import visible

_MOST_LINES = 8
_FACTS = ("key", "signature", "error", "cause", "fix", "outcome")
_INDENT = "   "
_WRAPPER = textwrap.TextWrapper(
    width=96, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
)


def render(answers: Iterable[Answer], paint: Paint = plain) -> str:
    """The answers as text: errors with cause and fix, or sections with matching lines."""
    blocks = (_block(number, answer, paint) for number, answer in enumerate(answers, start=1))
    return "\n".join(f"{block}\n" for block in blocks)


def _block(number: int, answer: Answer, paint: Paint) -> str:
    if answer.labelled:
        head, parts = _of_error(answer.labelled, paint)
        path, line, tasks = answer.labelled.path, answer.labelled.line, answer.labelled.tasks
        page = answer.labelled.page
    else:
        head, parts = paint("rule", visible(answer.heading)), {"": "\n".join(_matching(answer))}
        path, line, tasks, page = *_place(answer), answer.tasks, None
    lines = [f"{number}. {head}"]
    for label, text in parts.items():
        lines.extend(_part(label, text or "", paint))
    place = paint("place", visible(f"{path}:{line}"))
    names = ", ".join(map(visible, tasks))
    lines.append(f"{_INDENT}{names}  {place}" if names else f"{_INDENT}{place}")
    if page:
        lines.append(f"{_INDENT}{paint('margin', 'page:')} {paint('place', visible(page))}")
    return "\n".join(lines)


def _of_error(labelled: LabelledError, paint: Paint) -> tuple[str, dict[str, str | None]]:
    title = labelled.signature or summarize(labelled.title)
    is_unexplained = labelled.state == ErrorState.FIXED.value and not labelled.fix
    words = ErrorStanding.RESOLVED.value if is_unexplained else labelled.state
    state = paint("error" if labelled.state == ErrorState.OPEN.value else "hint", words)
    times = "once" if labelled.count == 1 else f"{labelled.count} times"
    parts = {
        "": _unless_title(labelled.error, title),
        "cause": _unless_title(labelled.cause, title),
        "fix": labelled.fix,
        "outcome": labelled.outcome,
    }
    return f"{paint('rule', visible(title))}  {state}, seen {times}", parts


def _unless_title(text: str | None, title: str) -> str | None:
    is_title = text is None or title in (without_markup(text), unwrap_code(text))
    return None if is_title else text


def _place(answer: Answer) -> tuple[str, int]:
    passage = answer.passage
    if passage is None:
        return "", 0
    return passage.path, answer.lines[0] if answer.lines else passage.line


def _matching(answer: Answer) -> Iterator[str]:
    if answer.passage:
        lines = answer.passage.text.split("\n")
        for number in answer.lines:
            yield lines[number - answer.passage.line].strip()


def _part(label: str, text: str, paint: Paint) -> Iterator[str]:
    full = [visible(line) for line in text.split("\n") if line.strip()]
    lines = [part for line in full[:_MOST_LINES] for part in _WRAPPER.wrap(line)]
    if len(full) > _MOST_LINES:
        lines.append(f"… {len(full) - _MOST_LINES} more lines")
    head = f"{paint('margin', f'{label}:')} " if label else ""
    for line in lines:
        yield f"{_INDENT}{head}{line}"
        head = "  "


def render_json(answers: Iterable[Answer]) -> str:
    return to_json({"version": 1, "matches": [_match(answer) for answer in answers]})


def _match(answer: Answer) -> Json:
    return {
        "score": round(answer.score, 6),
        **(describe_error(answer.labelled) if answer.labelled else _describe_section(answer)),
        "passage": _passage(answer.passage, answer.heading) if answer.passage else None,
    }


def describe_error(labelled: LabelledError) -> dict[str, Json]:
    facts = ((name, getattr(labelled, name)) for name in _FACTS)
    return {
        **{name: unwrap_code(value) if value else value for name, value in facts},
        "tasks": [*labelled.tasks],
        "path": labelled.path,
        "line": labelled.line,
    }


def _describe_section(answer: Answer) -> dict[str, Json]:
    path, line = _place(answer)
    error = next(_matching(answer), answer.heading)
    places: dict[str, Json] = {"tasks": [*answer.tasks], "path": path, "line": line}
    return {**dict.fromkeys(_FACTS), "error": error, **places}


def _passage(passage: Passage, heading: str) -> Json:
    return {
        "path": passage.path,
        "line": passage.line,
        "end_line": passage.end_line,
        "heading": heading,
        "text": passage.text,
    }
