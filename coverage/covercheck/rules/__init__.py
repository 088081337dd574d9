"""What a rule file may say, and how it is read."""

from covercheck.rules.load import load_files, load_folder, read_folder
from covercheck.rules.problems import Place, Problem, RulebookRefused
from covercheck.rules.rulebook import Payer, Rulebook

__all__ = ["Payer", "Place", "Problem", "Rulebook", "RulebookRefused", "load_files", "load_folder", "read_folder"]
