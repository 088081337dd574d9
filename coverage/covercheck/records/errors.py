"""What can go wrong with the memory of the service: a stable key, plain words, a remedy."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

ErrorKey: TypeAlias = Literal[
    "database_down", "database_full", "database_locked", "database_read_only", "database_too_new", "database_damaged", "queue_full",
    "closed", "key_lost", "key_wrong", "key_exposed", "key_malformed", "url_unknown",
]  # fmt: skip
REMEDIES: Final[dict[ErrorKey, str]] = {
    "database_down": "Start the database, or check COVERCHECK_DATABASE_URL. The service goes on by itself once it answers.",
    "database_full": "Free some space on the disk of the data folder. The service goes on by itself then.",
    "database_locked": "Another program holds the database. End it; the service goes on by itself.",
    "database_read_only": "Let the service's user write to the data folder.",
    "database_too_new": "Start the release that wrote this database, or a newer one. Nothing was changed.",
    "database_damaged": "Restore the last backup. Nothing was changed.",
    "queue_full": "Ask again in a moment.",
    "closed": "The service is ending. Ask again when it is back.",
    "key_lost": "Put the key file back, or set COVERCHECK_DATA_KEY. A new key could not open what is stored.",
    "key_wrong": "Set the key this record was sealed with, beside the new one.",
    "key_exposed": "Take read rights from everybody but the owner: chmod 600.",
    "key_malformed": "A key is 32 bytes, written in base64; several stand after each other, separated by commas, the newest first.",
    "url_unknown": "Write sqlite:///path or postgresql://user@host/name.",
}


class RecordsUnavailable(Exception):
    """Nothing can be remembered or read at the moment. The text holds no data."""

    def __init__(self, key: ErrorKey, says: str) -> None:
        self.key: ErrorKey = key
        self.remedy = REMEDIES[key]
        super().__init__(f"{says} {self.remedy}")
