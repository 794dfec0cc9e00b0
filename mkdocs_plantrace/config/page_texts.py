"""The texts of generated pages in one language, some words renamed."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from mkdocs_plantrace.utils.lazy_property import cached_property

LANGUAGES = ("en", "de")

_PERCENT = re.compile(r"%(?!\(\w+\)s)")
_PLACEHOLDER = re.compile(r"(?<=%)\(\w+\)s")


@dataclass(frozen=True)
class Words:
    """The texts of the catalogue `page_texts.toml` in a language.

    `renamed` maps words or whole texts of that language to others. Case does not matter, a capital
    letter stays a capital letter, and the plural in `s` is renamed as well. Placeholders such as
    `%(number)s` and `{number}` are not renamed.
    """

    language: str = "en"
    renamed: Mapping[str, str] = field(default_factory=dict, hash=False)

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {word.casefold(): new for word, new in self.renamed.items()}

    @cached_property
    def _forms(self) -> Callable[[str], tuple[str, ...]]:
        return cache(lambda text: tuple(map(self._rename, _look_up(text, self.language))))

    def text(self, text: str, **values: object) -> str:
        """Look a text up and fill in its placeholders."""
        return self._forms(text)[0] % values

    def count(self, text: str, number: int, **values: object) -> str:
        """Look a text with `%(number)s` up, in the singular or plural."""
        form = self._forms(text)[0 if number == 1 else 1]
        return form % {"number": number, **values}

    def unused(self) -> tuple[str, ...]:
        """Find renamed words that occur in no text, in lower case and in the given order."""
        known = {form for text in catalogue() for form in _look_up(text, self.language)}
        whole = {form.casefold() for form in known}
        others = (word for word in self._folded if word not in whole)
        return tuple(it for it in others if not any(map(_pattern((it,)).search, known)))

    def _rename(self, text: str) -> str:
        whole = self._folded.get(text.casefold())
        if whole is not None:
            kept = "|".join(map(re.escape, _PLACEHOLDER.findall(text))) or "(?!)"
            return re.sub(rf"%(?!{kept})", "%%", _match_case(text, whole))
        return _pattern(tuple(self._folded)).sub(self._replace, text)

    def _replace(self, found: re.Match[str]) -> str:
        new = self._folded[found["word"].casefold()] + found["plural"]
        return _match_case(found[0], new).replace("%", "%%")


def _match_case(text: str, new: str) -> str:
    """Capitalize a text if another text is."""
    return new[:1].upper() + new[1:] if text[:1].isupper() else new


@cache
def catalogue() -> Mapping[str, Mapping[str, str | list[str]]]:
    """Load all texts by name, the English text, with their forms by language.

    A form is a text, or a list of singular and plural. The English form defaults to the name.
    """
    text = (files(__package__) / "page_texts.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def _look_up(text: str, language: str) -> tuple[str, str]:
    """Find singular and plural of a text, also of one that only a template has."""
    if text not in catalogue():
        text = _PERCENT.sub("%%", text)
    forms = catalogue().get(text, {}).get(language, text)
    one, many = (forms, forms) if isinstance(forms, str) else forms
    return one, many


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Compile a pattern for words and their plurals, the longest first."""
    found = sorted((word for word in words if "%" not in word), key=len, reverse=True)
    any_word = "|".join(map(re.escape, found)) or "(?!)"
    return re.compile(rf"(?i)(?<!%\()(?<![\w{{])(?P<word>{any_word})(?P<plural>s?)(?!\w)")
