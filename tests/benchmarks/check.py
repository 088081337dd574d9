"""A whole check of a five-part therapy, from request bytes to answer bytes, against parsing the request and writing the same answer.

Run: python -m tests.benchmarks.check
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import orjson

from covercheck.checks.check import Checker
from covercheck.checks.request import parse_request
from covercheck.rules import load_folder
from tests.benchmarks.http import questions
from tests.benchmarks.measure import compare, ratio

PAYERS = Path(__file__).parent.parent.parent / "payers"
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def main() -> None:
    """Print the check with everything kept, with only traces kept, with nothing kept, and the reference."""
    book = load_folder(PAYERS)
    checker, traced = Checker.of(book), Checker.of(book)
    bodies = questions()
    turn = cycle(bodies)
    answer = checker.check(parse_request(bodies[0]), check_id="chk", now=NOW)

    def whole(which: Checker) -> bytes:
        return which.check_json(parse_request(next(turn)), check_id="chk", now=NOW)

    def only_traces() -> bytes:
        traced.written.kept.clear()
        return whole(traced)

    timings = compare(
        {
            "seen before": lambda: whole(checker),
            "new to the answer, known to the parts": only_traces,
            "first question of a rulebook": lambda: whole(Checker.of(book)),
            "reference: parse and write": lambda: (parse_request(next(turn)), orjson.dumps(answer)),
        },
        calls=200,
        rounds=7,
    )
    print(f"answers of {len(orjson.dumps(answer)) / 1000:.0f} kB, a hundred different patients")
    for name, timing in timings.items():
        print(f"  {name:38}{timing}")
    reference = timings["reference: parse and write"]
    for name in list(timings)[:2]:
        print(f"  {name}: {ratio(reference, timings[name])} times as fast as the reference")


if __name__ == "__main__":
    main()
