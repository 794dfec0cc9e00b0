"""Where no word is a sign of anything, no pattern would find anything either."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mkdocs_plantrace.reading.telling import SIGNS, signs_in

PATTERNS = [(pattern, sign.kind) for sign in SIGNS for pattern in sign.patterns]
ASCII = st.characters(codec="ascii")


@pytest.mark.parametrize(("pattern", "kind"), PATTERNS, ids=range(len(PATTERNS)))
@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_what_a_pattern_finds_has_its_sign(
    pattern: re.Pattern[str], kind: int, data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(pattern, alphabet=ASCII))
    assume(pattern.search(text))
    assert signs_in(text) & kind
