"""Text from metadata as safe HTML: code in backticks, task ids and paths as links."""

import re

from markupsafe import Markup, escape

from mkdocs_plantrace.model.task import FieldValue, Mapping
from mkdocs_plantrace.site.text_references import Naming
from mkdocs_plantrace.site.view import mark

_GAP = re.compile(r"\n\s*\n")
_CODE = re.compile(r"`([^`\n]+)`")


def url_of(address: str) -> str | None:
    """The URL of what text names: a mark for a page; of the web only what browsers open."""
    if "://" not in address:
        return mark(address)
    return address if address.startswith(("https://", "http://")) else None


class Prose:
    """Renders text of one trace. Nothing a person wrote is taken for markup but backticks."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming

    def value(self, value: FieldValue) -> Markup:
        """A field: text as a line, lists as lists, mappings as definition lists."""
        return Markup(self._value(value))  # noqa: S704 (which escapes all text)

    def line(self, text: str, page: str = "") -> Markup:
        """Text without layout; paths in it start at the root, or at the folder of `page`."""
        return Markup(self._line(text, page))  # noqa: S704 (which escapes all text)

    # What these give is HTML; to say so by `Markup` for each part would take a third of a page.

    def _value(self, value: FieldValue) -> str:
        if isinstance(value, str):  # paragraphs are kept apart
            paragraphs = [part for part in _GAP.split(value) if part.strip()]
            return "<br><br>".join([self._line(" ".join(it.split())) for it in paragraphs])
        if isinstance(value, Mapping):
            rows = [
                f"<div><dt>{escape(key)}</dt><dd>{self._value(item)}</dd></div>"
                for key, item in value.entries
            ]
            return f'<dl class="pt-pairs">{"".join(rows)}</dl>'
        return f"<ul>{''.join([f'<li>{self._value(item)}</li>' for item in value])}</ul>"

    def _line(self, text: str, page: str = "") -> str:
        parts = []
        position = 0
        for code in _CODE.finditer(text):
            parts.append(self._linked(text[position : code.start()], page))
            marked = f"<code>{escape(code[1])}</code>"
            address = self._naming.page_of(code[1], page)
            parts.append(f'<a href="{escape(mark(address))}">{marked}</a>' if address else marked)
            position = code.end()
        return "".join([*parts, self._linked(text[position:], page)])

    def _linked(self, text: str, page: str) -> str:
        parts: list[str] = []
        position = 0
        for start, end, address in self._naming.find(text, page):
            if url := url_of(address):
                parts.append(escape(text[position:start]))
                parts.append(f'<a href="{escape(url)}">{escape(text[start:end])}</a>')
                position = end
        return "".join([*parts, escape(text[position:])])
