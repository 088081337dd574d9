"""covercheck: which parts of ketamine therapy an insurer likely covers, on what grounds, and whom to call if that is uncertain."""

__version__ = "0.4.0"
