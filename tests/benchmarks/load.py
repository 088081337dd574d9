"""Loading and compiling the whole rulebook, against parsing the same files with PyYAML's C loader alone.

Run: python -m tests.benchmarks.load
"""

from __future__ import annotations

from pathlib import Path

import yaml

from covercheck.checks.check import Checker
from covercheck.rules import load_files, read_folder
from tests.benchmarks.measure import compare, ratio

PAYERS = Path(__file__).parent.parent.parent / "payers"


def main() -> None:
    """Print load, compile and the bare parse."""
    files = read_folder(PAYERS)
    book = load_files(files)
    timings = compare(
        {
            "load: parse, check, link": lambda: load_files(files),
            "compile for checks": lambda: Checker.of(book),
            "bare YAML parse (C)": lambda: [yaml.load(raw, Loader=yaml.CSafeLoader) for raw in files.values()],
        },
        calls=1,
        rounds=9,
    )
    folders = len({name.partition("/")[0] for name in files if "/" in name})
    cases = sum(len(policy.cases) for policy in book.policies())
    size = sum(map(len, files.values())) // 1000
    print(f"{len(files)} files in {folders} folders, {len(book.policies())} policies, {cases} cases, {size} kB")
    for name, timing in timings.items():
        print(f"  {name:26}{timing}")
    whole = timings["load: parse, check, link"].median + timings["compile for checks"].median
    print(f"  per payer folder: {whole / folders / 1000:.2f} ms")
    print(f"  load against bare parse: {ratio(timings['load: parse, check, link'], timings['bare YAML parse (C)'])} times its time")


if __name__ == "__main__":
    main()
