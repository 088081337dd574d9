"""The nearest known names to one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str], limit: int = 3) -> list[str]:
    """Known names that look like this one, best first; empty when none does."""
    known = list(names)
    folded = {candidate.casefold(): candidate for candidate in known}
    matches = difflib.get_close_matches(name.casefold()[:100], folded, n=limit, cutoff=0.6)
    return [folded[match] for match in matches]
