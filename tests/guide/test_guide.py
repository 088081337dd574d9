"""The worked example of the rule author's guide loads and proves, and each finding of proof has its page."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from covercheck.checks.codes import CodeBook
from covercheck.engine import Engine
from covercheck.proof import prove
from covercheck.rules import load_files
from covercheck.rules.canonical import canonical

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
_BLOCK = re.compile(r"^```yaml payers/(?P<name>\S+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_FINDING = re.compile(r'(?:error|warning|_error|Finding)\(\s*"(?P<id>[a-z]+(?:-[a-z]+)+)"')


def example() -> dict[str, bytes]:
    """The guide's files with the shipped shared tables."""
    text = (DOCS / "rule-authors-guide.md").read_text()
    files = {match["name"]: match["text"].encode() for match in _BLOCK.finditer(text)}
    shared = {name: (ROOT / "payers" / name).read_bytes() for name in ("facts.yaml", "therapies.yaml", "codes.yaml")}
    return files | shared


def test_the_worked_example_proves_without_an_error() -> None:
    book = load_files(example())
    engine = Engine.of(book)
    report = prove(engine, CodeBook.of(book, engine.limits).uses, ["harbor-health"], on=date(2026, 11, 22))
    assert [str(finding) for finding in report.findings if finding.level == "error"] == []
    assert report.cases > 20
    assert report.criteria == report.seen_both_ways


def test_the_worked_example_stands_in_canonical_form() -> None:
    files = {name: raw for name, raw in example().items() if name.startswith("harbor-health/")}
    assert files
    assert {name: canonical(name, raw).raw for name, raw in files.items()} == files


def test_each_finding_of_proof_has_a_page_and_each_page_a_finding() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "coverage" / "covercheck" / "proof").rglob("*.py"))
    ids = {match["id"] for match in _FINDING.finditer(source)}
    pages = {path.stem for path in (DOCS / "lint").glob("*.md")} - {"README"}
    assert ids == pages


def test_the_index_names_each_page() -> None:
    index = (DOCS / "lint" / "README.md").read_text()
    assert all(f"({path.name})" in index for path in (DOCS / "lint").glob("*.md") if path.stem != "README")
