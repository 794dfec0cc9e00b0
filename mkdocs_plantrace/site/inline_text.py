"""Safe HTML from text of metadata, with inline code and links for ids and paths."""

import re

from markupsafe import Markup, escape

from mkdocs_plantrace.model.task import FieldValue, Mapping
from mkdocs_plantrace.site.text_references import ReferenceFinder
from mkdocs_plantrace.site.view import mark

_GAP = re.compile(r"\n\s*\n")
_CODE = re.compile(r"`([^`\n]+)`")


def url_of(address: str) -> str | None:
    """Find the URL of a reference: a mark for a page, or an HTTP address."""
    if "://" not in address:
        return mark(address)
    return address if address.startswith(("https://", "http://")) else None


class ProseRenderer:
    """Renders text of one trace; backticks are its only markup."""

    def __init__(self, references: ReferenceFinder) -> None:
        self._references = references

    def render_value(self, value: FieldValue) -> Markup:
        """Render a field: text inline, lists as lists, mappings as definition lists."""
        return Markup(self._value(value))  # noqa: S704 (all text is escaped)

    def render_line(self, text: str, page: str = "") -> Markup:
        """Render inline text; paths are relative to the root, or to the folder of `page`."""
        return Markup(self._line(text, page))  # noqa: S704 (all text is escaped)

    # These return HTML as `str`: `Markup` for each part would cost a third of the time of a page.

    def _value(self, value: FieldValue) -> str:
        if isinstance(value, str):  # paragraphs stay separate
            paragraphs = [part for part in _GAP.split(value) if part.strip()]
            return "<br><br>".join([self._line(" ".join(it.split())) for it in paragraphs])
        if isinstance(value, Mapping):
            rows = [
                f"<div><dt>{escape(key)}</dt><dd>{self._value(item)}</dd></div>"
                for key, item in value.entries
            ]
            return f'<dl class="pt-pairs">{"".join(rows)}</dl>'
        return f"<ul>{''.join([f'<li>{self._value(item)}</li>' for item in value.values])}</ul>"

    def _line(self, text: str, page: str = "") -> str:
        parts = []
        position = 0
        for code in _CODE.finditer(text):
            parts.append(self._linked(text[position : code.start()], page))
            marked = f"<code>{escape(code[1])}</code>"
            address = self._references.find_page(code[1], page)
            parts.append(f'<a href="{escape(mark(address))}">{marked}</a>' if address else marked)
            position = code.end()
        return "".join([*parts, self._linked(text[position:], page)])

    def _linked(self, text: str, page: str) -> str:
        parts: list[str] = []
        position = 0
        for start, end, address in self._references.find_in(text, page):
            if url := url_of(address):
                parts.append(escape(text[position:start]))
                parts.append(f'<a href="{escape(url)}">{escape(text[start:end])}</a>')
                position = end
        return "".join([*parts, escape(text[position:])])
