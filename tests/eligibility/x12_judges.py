"""Two readers nobody here wrote, as judges of the 270s written here. Together they know the guide and the envelope."""

from __future__ import annotations

import io

from pyx12.x12file import X12Reader
from x12sdk.io import X12ModelReader


def complaints_of_guide(text: str) -> list[str]:
    """What x12sdk has against a 270: an exception, or anything but exactly one model."""
    try:
        with X12ModelReader(text) as reader:
            models = list(reader.models())
    except Exception as error:  # it rejects by whatever comes up, down to a bare KeyError
        return [f"{type(error).__name__}: {error}"]
    return [] if len(models) == 1 else [f"{len(models)} models"]


def complaints_of_envelope(text: str) -> list[str]:
    """What pyx12 has against separators, counts, control numbers and the HL tree."""
    try:
        with X12Reader(io.StringIO(text)) as reader:
            for _ in reader:
                pass
            reader.cleanup()
            return [str(error) for error in reader.pop_errors()]
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]


def complaints(text: str) -> list[str]:
    """Both."""
    return complaints_of_guide(text) + complaints_of_envelope(text)
