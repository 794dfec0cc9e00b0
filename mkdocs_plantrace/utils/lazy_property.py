"""`cached_property` for objects of several threads.

That of Python 3.11 has one lock for all objects of a class: while one thread computes a value,
others wait, even for that of another object. In an editor, a keystroke then waits for a check.
"""

import functools
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or sys.version_info >= (3, 12):
    from functools import cached_property
else:

    class cached_property(functools.cached_property):  # noqa: N801 (the name in functools)
        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            value = instance.__dict__[self.attrname] = self.func(instance)
            return value


__all__ = ["cached_property"]
