"""Every reader needs linear time, whatever is repeated in a text.

`benchmarks/linear.py` compares times on random texts.
"""

import pytest
from conftest import LONG

from benchmarks.linear import TABLE, copy, name_error, scan_log, search, suggest

HOSTILE = {
    "a cell that ends in signs": (scan_log, TABLE.format(f"x{'@' * LONG}y")),
    "lines of comments": (scan_log, "<!--\n" * (LONG // 5)),
    "a loose destination": (scan_log, f"[a](x{' ' * LONG}y z)"),
    "brackets in an error": (name_error, "[" * LONG),
    "links in an error": (name_error, "[a](" * (LONG // 4)),
    "spaces in an error": (name_error, f"{' ' * LONG}x"),
    "blank lines in an error": (name_error, f"{chr(10) * LONG}x"),
    "underlines": (copy, "=== \n" * (LONG // 10)),
    "links": (copy, "[a](b) " * (LONG // 50)),
    "spaces in a heading": (copy, f"# a{' #' * (LONG // 2)}a"),
    "a word": (search, f"error {'a' * LONG}"),
    "a word of two letters": (suggest, "ab" * (LONG // 2)),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("bounded")
def test_a_long_text_of_anything_is_read_in_linear_time(name):
    read, text = HOSTILE[name]

    read(text)
