"""Three values: true, false, unknown. Standard library only."""

from covercheck.logic.truth import FALSE, TRUE, UNKNOWN, Truth, all_of, any_of, negate, truth_of

__all__ = ["FALSE", "TRUE", "UNKNOWN", "Truth", "all_of", "any_of", "negate", "truth_of"]
