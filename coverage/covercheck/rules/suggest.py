"""The nearest known names to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

LONGEST = 100
ALIKE = 65


def nearest(name: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """Known names that look like this one, best first; empty when none does."""
    folded = {candidate.casefold(): candidate for candidate in names}
    hits = process.extract(name.casefold()[:LONGEST], folded.keys(), scorer=fuzz.ratio, limit=limit, score_cutoff=ALIKE)
    return [folded[hit] for hit, _, _ in hits]
