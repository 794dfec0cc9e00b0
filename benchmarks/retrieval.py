"""How often a recorded error is found again when it is met in another place, at another time.

Draws entries of a project by a seed, disturbs each error as real life does (other folders,
numbers, times, ids, quoted values, colours, log prefixes), hides it in a long output that itself
has words of other entries and failures of every day, and looks that output up. Exits with 1 when
fewer than nine in ten come first.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs_plantrace.cli.common import run_or_refuse
from mkdocs_plantrace.folding import fold
from mkdocs_plantrace.lookup import searchable, sightings
from mkdocs_plantrace.ranking import Index, Indexed

_WANTED = 0.9
_PLAUSIBLE = (
    "INFO starting step {n} of 240",
    "ok {n} - applied migration in {n} ms",
    "Downloading package {n}.{n} from https://mirror.example.org/pool/{n}/",
    "warning: unused variable in src/module_{n}/main.c:{n}:12",
    "ERROR: job {n} failed, see the log for details",
    "Error: Process completed with exit code 1.",
    "error: command failed: the script returned a status of {n}",
    "test_case_{n} ... PASSED",
    "npm ERR! code ELIFECYCLE",
    "Traceback (most recent call last):",
    '  File "/srv/build/{n}/tool.py", line {n}, in run',
    "make: *** [Makefile:{n}: all] Error 2",
    "retrying in {n} seconds after the connection was refused",
    "-> running scripts/ci/check_{n}.sh",
    "FAILED (failures={n})",
    "",
)


def load_entries(configuration: Path, entries: Path | None) -> list[Indexed]:
    """What the search of a project looks at, or of a file: a list of objects like `Indexed`."""
    if entries is None:
        _, result = run_or_refuse(configuration)
        found = searchable(sightings(result.trace.errors)).entries
        return [entry for entry in found if entry.error]
    texts: list[dict[str, Any]] = json.loads(entries.read_text(encoding="utf-8"))
    return [
        Indexed(
            key=text.get("signature") or fold(text["error"]),
            **{field: text.get(field) for field in Indexed._fields[1:]},
        )
        for text in texts
        if text.get("error")
    ]


def disturb(error: str, chance: random.Random) -> list[str]:
    """The lines of an error as another run on another machine would print them."""

    def other_digits(found: re.Match[str]) -> str:
        return str(chance.randrange(1, 10 ** len(found[0])))

    def other_value(found: re.Match[str]) -> str:
        return f"{found[1]}{chance.choice(('orders', 'tenant_42', 'x9', 'Zoé'))}{found[1]}"

    def other_folders(_: re.Match[str]) -> str:
        return chance.choice(("/builds/runner-7/repo/", "/home/eve/src/", "/tmp/tmpk3x9/", "./"))  # noqa: S108, text

    disturbances: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
        (r"(?<![\w/])(?:~|\.{1,2}|/[\w.-]+|[\w.-]+)?(?:/[\w.-]+)*/(?=[\w-]+\.\w)", other_folders),
        (r"(?<![\w.-])\d+(?![\w-])", other_digits),
        (r"\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}\b", lambda _: f"{chance.getrandbits(64):x}"),
        (r"(?<!\w)([\"'])[^\s\"'.]{1,40}\1(?!\w)", other_value),
    )
    for pattern, replacement in disturbances:
        error = re.sub(pattern, replacement, error)
    error = re.sub(r"[*`]", "", error)
    colour = chance.choice(("\x1b[31m", "\x1b[1;91m", ""))
    prefix = chance.choice(
        ("", "2026-05-{d:02} 10:{d:02}:33,{n} ERROR [worker-{n}] ", "{d:02}:41:07.{n} | ", "E   ")
    )
    prefix = prefix.format(d=chance.randrange(1, 28), n=chance.randrange(100, 999))
    return [
        f"{prefix}{colour}{line}\x1b[0m" if colour else prefix + line
        for line in error.strip().splitlines()
    ]


def surround(lines: list[str], others: list[Indexed], chance: random.Random) -> str:
    """The lines somewhere in an output of 100 to 500, with words of other entries in it."""
    # Plain words only: an identifier of another error would be that error, met as well.
    words = [
        word
        for entry in others
        for word in (entry.error or "").split()
        if word.strip(".,:;()`'\"").isalpha()
    ]
    output = []
    for _ in range(chance.randrange(100, 500)):
        line = chance.choice(_PLAUSIBLE).format(n=chance.randrange(1, 999))
        if words and chance.random() < 0.4:  # noqa: PLR2004, two lines in five
            line += " " + " ".join(chance.sample(words, min(3, len(words))))
        output.append(line)
    where = chance.randrange(len(output))
    return "\n".join([*output[:where], *lines, *output[where:]])


def judge(entries: list[Indexed], seed: int, draws: int) -> dict[str, Any]:
    """Counts and times of so many look-ups; entries of one key are the same error."""
    chance = random.Random(seed)
    started = time.perf_counter()
    index = Index(entries)
    built = time.perf_counter() - started
    drawn = chance.sample(entries, min(draws, len(entries)))
    ranks, missed, slowest = [], [], 0.0
    for entry in drawn:
        others = [other for other in entries if other.key != entry.key]
        output = surround(disturb(entry.error or "", chance), others, chance)
        started = time.perf_counter()
        keys = [entries[hit.position].key for hit in index.search(output)]
        slowest = max(slowest, time.perf_counter() - started)
        distinct = list(dict.fromkeys(keys))
        ranks.append(distinct.index(entry.key) + 1 if entry.key in distinct else 0)
        if ranks[-1] != 1:
            missed.append({"error": entry.error, "rank": ranks[-1], "instead": distinct[:1]})
    return {
        "entries": len(entries),
        "drawn": len(drawn),
        "first": ranks.count(1),
        "in_first_three": sum(1 for rank in ranks if rank in (1, 2, 3)),
        "index_seconds": round(built, 3),
        "slowest_search_seconds": round(slowest, 3),
        "missed": missed,
    }


def main() -> int:
    """Print the counts; 1 when too few come first, 2 when there is nothing to look up."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-f", "--config-file", type=Path, default=Path("mkdocs.yml"))
    parser.add_argument("--entries", type=Path, help="a JSON file of entries, instead of a project")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    entries = load_entries(given.config_file, given.entries)
    if not entries:
        print("no log entries to look up", file=sys.stderr)
        return 2
    judged = judge(entries, given.seed, given.draws)
    if given.json:
        print(json.dumps(judged, indent=2, ensure_ascii=False))
    else:
        print(
            f"{judged['first']} of {judged['drawn']} first, {judged['in_first_three']} in the"
            f" first three, among {judged['entries']} entries; index {judged['index_seconds']} s,"
            f" slowest search {judged['slowest_search_seconds']} s"
        )
        for miss in judged["missed"]:
            print(f"  rank {miss['rank']}: {miss['error'][:100]!r}, not {miss['instead']}")
    return 0 if judged["first"] >= _WANTED * judged["drawn"] else 1


if __name__ == "__main__":
    sys.exit(main())
