"""Values in messages: their representation, of limited length and in limited time."""

from reprlib import Repr

_LONGEST = 120
_SHORT = Repr()
_SHORT.maxlevel = 2
_SHORT.maxstring = _SHORT.maxother = _LONGEST


def short_repr(value: object) -> str:
    """Represent a value like `repr`, with `...` for what is left out.

    The time is limited, too, also where aliases of YAML make a value exponentially large.
    """
    try:
        return _SHORT.repr(value)
    except ValueError:  # Python converts no number of thousands of digits
        return "a number of thousands of digits"
