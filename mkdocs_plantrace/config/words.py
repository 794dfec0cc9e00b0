"""The words on generated pages, in one language, with those that a project calls otherwise."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

LANGUAGES = ("en", "de")
"""In the catalogue every text is named by its English form. The others are beside it."""

_PERCENT = re.compile(r"%(?!\(\w+\)s)")
_PLACEHOLDER = re.compile(r"(?<=%)\(\w+\)s")


class Words:
    """The texts of the catalogue `words.toml` in a language, some words of it renamed.

    `renamed` maps words, or whole texts, of that language to those which take their place. Case
    does not matter, a capital letter stays one, and a renamed word also stands for its plural
    in `s`. Placeholders such as `%(number)s` and `{number}` are no words.
    """

    def __init__(self, language: str = "en", renamed: Mapping[str, str] | None = None) -> None:
        self._language = language
        self._renamed = {word.casefold(): new for word, new in (renamed or {}).items()}
        self._forms = cache(self._find_forms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Words) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[object, ...]:
        return (self._language, *sorted(self._renamed.items()))

    def text(self, text: str, **values: object) -> str:
        """A text of the catalogue with values in the places that they have in it."""
        return self._forms(text)[0] % values

    def count(self, text: str, number: int, **values: object) -> str:
        """A text with `%(number)s`, in the singular or plural."""
        form = self._forms(text)[0 if number == 1 else 1]
        return form % {"number": number, **values}

    def unused(self) -> tuple[str, ...]:
        """The words to be renamed that no text has, in lower case, in the order given."""
        known = {form for text in catalogue() for form in _written(text, self._language)}
        whole = {form.casefold() for form in known}
        others = (word for word in self._renamed if word not in whole)
        return tuple(it for it in others if not any(map(_pattern((it,)).search, known)))

    def _find_forms(self, text: str) -> tuple[str, ...]:
        return tuple(map(self._rename, _written(text, self._language)))

    def _rename(self, text: str) -> str:
        whole = self._renamed.get(text.casefold())
        if whole is not None:
            kept = "|".join(map(re.escape, _PLACEHOLDER.findall(text))) or "(?!)"
            return re.sub(rf"%(?!{kept})", "%%", _like(text, whole))
        return _pattern(tuple(self._renamed)).sub(self._replace, text)

    def _replace(self, found: re.Match[str]) -> str:
        new = self._renamed[found["word"].casefold()] + found["plural"]
        return _like(found[0], new).replace("%", "%%")


def _like(text: str, new: str) -> str:
    """Another text with a capital letter where this one has one."""
    return new[:1].upper() + new[1:] if text[:1].isupper() else new


@cache
def catalogue() -> Mapping[str, Mapping[str, str | list[str]]]:
    """All texts by their English form, each with what it is in a language.

    That is a text, or a list of singular and plural. English itself only stands there where it
    has a plural.
    """
    text = files("mkdocs_plantrace.config").joinpath("words.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def _written(text: str, language: str) -> tuple[str, str]:
    """Singular and plural of a text; one that a project's own template adds is as it is."""
    if text not in catalogue():
        text = _PERCENT.sub("%%", text)
    forms = catalogue().get(text, {}).get(language, text)
    one, many = (forms, forms) if isinstance(forms, str) else forms
    return one, many


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of the words, the longest first, or its plural; a placeholder is no word."""
    found = sorted((word for word in words if "%" not in word), key=len, reverse=True)
    any_word = "|".join(map(re.escape, found)) or "(?!)"
    return re.compile(rf"(?i)(?<!%\()(?<![\w{{])(?P<word>{any_word})(?P<plural>s?)(?!\w)")
