"""How often the right document comes first, by labelled queries.

A query is `{"id", "kind", "query", "expect": [paths], "also_ok": [paths]}`. An answer is a
document; the plan and the log of a folder are one. It is right if `expect` names it; what
`also_ok` names counts neither way. Where `expect` is empty, the right answer is none.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs_plantrace.trace.search.bm25 import Indexed, Passage, SearchIndex

_LOOKED_AT = 20
_FENCE = re.compile(r" {0,3}(```|~~~)")
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")


def read_folder(folder: Path) -> Iterator[Passage]:
    """The sections of all Markdown files below a folder, without a parser of Markdown."""
    for file in sorted(folder.rglob("*.md")):
        path = file.relative_to(folder).as_posix()
        yield from _sections(path, file.read_text(encoding="utf-8", errors="replace").split("\n"))


def _sections(path: str, lines: list[str]) -> Iterator[Passage]:
    headings: list[tuple[int, str]] = []
    fence, start = "", 0
    if lines[0].strip() == "---" and "---" in lines[1:]:
        start = lines.index("---", 1) + 1

    def section(end: int) -> Iterator[Passage]:
        text = "\n".join(lines[start:end])
        if text.strip():
            heading = " > ".join(text for _, text in headings)
            yield Passage(path, start + 1, end, heading, text, record(path))

    for number, line in enumerate(lines[start:], start):
        if mark := _FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        elif not fence and (found := _HEADING.match(line)):
            yield from section(number)
            start = number
            level = len(found[1])
            headings = [(other, text) for other, text in headings if other < level]
            headings.append((level, found[2]))
    yield from section(len(lines))


def record(path: str) -> str:
    """What counts as one answer: the folder of a plan and a log, otherwise the document."""
    folder, _, name = path.rpartition("/")
    return folder if name in ("PLAN.md", "EXEC_LOG.md") else path


def rank(query: dict[str, Any], answers: list[str]) -> int:
    """The place of the first right answer, or 0; for a query without one, 1 for no answer."""
    if not query["expect"]:
        return int(not answers)
    right, skipped = ({record(path) for path in query[key]} for key in ("expect", "also_ok"))
    counted = [
        answer for answer in map(record, answers) if answer in right or answer not in skipped
    ]
    distinct = list(dict.fromkeys(counted))
    return next((place for place, answer in enumerate(distinct, 1) if answer in right), 0)


def main() -> int:
    """Print the figures by kind, and the misses with the rank they have."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("queries", type=Path, help="a JSON file of labelled queries")
    parser.add_argument("folder", type=Path, help="a folder of Markdown, the base of their paths")
    parser.add_argument(
        "--least-first", type=float, default=0.0, help="fail below this share of right first ones"
    )
    given = parser.parse_args()
    queries: list[dict[str, Any]] = json.loads(given.queries.read_text(encoding="utf-8"))
    started = time.perf_counter()
    passages = list(read_folder(given.folder))
    indexed = Indexed(passages)
    index = SearchIndex(indexed)
    built = time.perf_counter() - started
    ranks: dict[str, dict[str, int]] = defaultdict(dict)
    slowest = 0.0
    for query in queries:
        started = time.perf_counter()
        answers = [hit.path for hit in index.search(query["query"], _LOOKED_AT)]
        slowest = max(slowest, time.perf_counter() - started)
        ranks[query["kind"]][query["id"]] = rank(query, answers)
    asked = {
        name: place for kind in ranks if kind != "nothing" for name, place in ranks[kind].items()
    }
    for kind, places in {"all but nothing": asked, **ranks}.items():
        first = sum(place == 1 for place in places.values())
        three = sum(place in (1, 2, 3) for place in places.values())
        print(f"{kind}: {first} of {len(places)} first, {three} among three")
        missed = [f"{name} ({place})" for name, place in places.items() if place != 1]
        if missed and places is not asked:
            print(f"    {', '.join(missed)}")
    print(f"{len(passages)} passages indexed in {built:.2f} s, slowest answer {slowest:.3f} s")
    first = sum(place == 1 for place in asked.values())
    return int(first < given.least_first * len(asked))


if __name__ == "__main__":
    sys.exit(main())
