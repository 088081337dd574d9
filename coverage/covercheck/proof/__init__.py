"""Proof that the rules say what the documents say: cases, coverage both ways, lint."""

from covercheck.proof.cases import CodesOf
from covercheck.proof.finding import Finding
from covercheck.proof.report import ProofReport, prove

__all__ = ["CodesOf", "Finding", "ProofReport", "prove"]
