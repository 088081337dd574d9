"""Names and ids in the characters X12 has. A name is folded so that it stays the same name; an id is never changed."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

SEPARATORS: Final = frozenset("*^:~")
BASIC: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!\"&'()+,-./;?= ")
EXTENDED: Final = frozenset("abcdefghijklmnopqrstuvwxyz%@[]_{}\\|<>#$")
_ALLOWED: Final = (BASIC | EXTENDED) - SEPARATORS
_FOLDED: Final = str.maketrans({
    "Æ": "AE", "Œ": "OE", "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Ħ": "H", "Ŋ": "NG", "Ŧ": "T", "ẞ": "SS", "ı": "I",
    "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "´": "'", "`": "'", "′": "'",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
})  # fmt: skip
_CODE: Final = re.compile(r"[A-Z0-9]{1,2}")


def fold_name(name: str, longest: int) -> str | None:
    """Upper case ASCII of at most `longest` characters; signs that X12 has no room for become spaces. None where a letter can't be folded,
    since without it the name would be another."""
    upper = unicodedata.normalize("NFKD", name.translate(_FOLDED)).upper().translate(_FOLDED)
    letters = []
    for letter in unicodedata.normalize("NFKD", upper).translate(_FOLDED):
        if letter in _ALLOWED:
            letters.append(letter)
        elif unicodedata.combining(letter) or letter in "\u200b\u200c\u200d\ufeff\u00ad":
            continue
        elif letter.isalnum():
            return None
        else:
            letters.append(" ")
    return " ".join("".join(letters).split())[:longest].rstrip() or None


def kept_id(text: str, longest: int) -> str | None:
    """The id without spaces around it; None where it holds a separator or foreign character or is too long to stay itself."""
    trimmed = text.strip()
    return trimmed if trimmed and len(trimmed) <= longest and set(trimmed) <= _ALLOWED else None


def kept_code(text: str) -> str | None:
    """A code of one or two letters and digits; None for anything else."""
    trimmed = text.strip().upper()
    return trimmed if _CODE.fullmatch(trimmed) else None
