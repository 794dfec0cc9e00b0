"""What any tool must do: parse each metadata file in C, and read each other file once.

The counterpart of `plantrace check`, in one process, with nothing kept and nothing said.
Usage: python floor.py FOLDER
"""

from __future__ import annotations

import os
import sys

import yaml


def main(root: str) -> None:
    """Read all that a check of the project reads."""
    for folder in ("tasks", "docs", "evidence"):
        for where, _, names in os.walk(os.path.join(root, folder)):
            for name in names:
                with open(os.path.join(where, name), encoding="utf-8", errors="replace") as file:
                    text = file.read()
                if name == "meta.yml":
                    yaml.load(text, yaml.CSafeLoader)


if __name__ == "__main__":
    main(sys.argv[1])
