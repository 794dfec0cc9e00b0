"""File names that not every system can write."""

from itertools import product

DEVICE_NAMES = frozenset(
    {
        *("con", "prn", "aux", "nul", "conin$", "conout$"),
        *(
            f"{device}{number}"
            for device, number in product(("com", "lpt"), "123456789\xb9\xb2\xb3")
        ),
    }
)
"""The reserved names of Windows, without case; an extension does not matter.

Source: "Naming Files, Paths, and Namespaces" in Microsoft's documentation of Win32.
"""


def is_device_name(name: str) -> bool:
    return name.partition(".")[0].rstrip(" ").casefold() in DEVICE_NAMES
