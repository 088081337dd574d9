"""Compile rules, decide a part, name the deciding facts."""

from covercheck.engine.decide import Engine
from covercheck.engine.evidence import EvidenceLimits, Grade
from covercheck.engine.finding import Consequence, DecidingFact, Finding, PartQuestion, Statement

__all__ = ["Consequence", "DecidingFact", "Engine", "EvidenceLimits", "Finding", "Grade", "PartQuestion", "Statement"]
