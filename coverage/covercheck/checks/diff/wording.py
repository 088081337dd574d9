"""What changed in the text of rule files, in words of the domain: criterion added, limit 2 to 3, stance, dates, citation only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

PROSE: Final = frozenset(
    {"title", "says", "note", "notes", "changed", "url", "read_on", "review_days", "name", "unread", "purpose", "hours", "id", "cases"}
)
TESTS: Final = ("is", "at_least", "at_most", "above", "below", "any_of", "none_of", "equals", "before", "after", "within_days")
NAMES: Final = {
    "prior_authorization": "prior authorization",
    "other_indications": "other indications",
    "excluded_when": "exclusions",
    "as_of": "date of the source",
    "at_least": "limit, at least",
    "at_most": "limit, at most",
    "any_of": "accepted values",
    "none_of": "refused values",
    "effective": "in force from",
    "until": "in force until",
    "cite": "citation",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `where`: edition, parts and criterion; None before: added; None after: removed. `is_prose`: it decides nothing."""

    where: str
    what: str
    before: str | None
    after: str | None
    is_prose: bool

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.where}: {self.what} added: {self.after}"
        if self.after is None:
            return f"{self.where}: {self.what} removed: {self.before}"
        return f"{self.where}: {self.what} {self.before} → {self.after}"


def changes(before: Any, after: Any) -> tuple[Change, ...]:
    """Every difference between two parsed rule files; None for a file that is not there."""
    if before is None or after is None:
        what = "file"
        title = str((before or after).get("title") or (before or after).get("name") or "")[:120]
        return (Change("the whole", what, title if after is None else None, title if before is None else None, is_prose=False),)
    return tuple(_mapping((), "", before, after))


def _mapping(where: tuple[str, ...], key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield from _value(where, name, old, new, prose=name in PROSE or key == "cases")


def _value(where: tuple[str, ...], name: str, old: Any, new: Any, *, prose: bool) -> Iterator[Change]:
    if name == "sources" and isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _nested((*where, f"source {key}"), "source", old.get(key), new.get(key))
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _mapping((*where, _label(name, new)) if name not in ("facts",) else where, name, old, new)
    elif _is_list_of_maps(old) and _is_list_of_maps(new):
        yield from _matched(where, name, old or [], new or [], prose=prose)
    else:
        yield _change(where, name, old, new, prose=prose)


def _matched(where: tuple[str, ...], name: str, old: Sequence[Any], new: Sequence[Any], *, prose: bool) -> Iterator[Change]:
    """Items of a list, by what names them, whatever their order; of several with one name those that are the same go together."""
    alike = [item for item in old if item in new]
    mine, theirs = ({**_by_name(alike), **_by_name([item for item in items if item not in alike], alike)} for items in (old, new))
    for key in dict.fromkeys((*mine, *theirs)):
        one, other = mine.get(key), theirs.get(key)
        if one != other:
            yield from _nested((*where, key), _singular(name), one, other, prose=prose)
    before, after = ([_label("", item) for item in items] for items in (old, new))
    if set(mine) == set(theirs) and before != after:
        yield Change(_place(where), f"order of {name}", ", ".join(before), ", ".join(after), is_prose=prose)


def _nested(where: tuple[str, ...], what: str, old: Any, new: Any, *, prose: bool = False) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        if prose:
            yield Change(_place(where), what, "as before", "changed", is_prose=True)
        else:
            yield from _mapping(where, what, old, new)
    else:
        yield _change(where[:-1], f"{what} {where[-1]!r}" if where else what, old, new, prose=prose)


def _change(where: tuple[str, ...], name: str, old: Any, new: Any, *, prose: bool) -> Change:
    return Change(_place(where), NAMES.get(name, name.replace("_", " ")), _words(old), _words(new), is_prose=prose)


def _place(where: tuple[str, ...]) -> str:
    return ", ".join(where) if where else "the policy"


def _by_name(items: Sequence[Mapping[str, Any]], besides: Sequence[Mapping[str, Any]] = ()) -> dict[str, Mapping[str, Any]]:
    """Each item under a name of its own; the names of those `besides` are taken."""
    taken = {_label("", item) for item in besides}
    found: dict[str, Mapping[str, Any]] = {}
    for item in items:
        name = _label("", item)
        while name in taken:
            name += " (another)"
        taken.add(name)
        found[name] = item
    return found


def _label(name: str, item: Mapping[str, Any]) -> str:
    """What a person would call it."""
    if "effective" in item:
        return "the undated edition" if item["effective"] == "unknown" else f"edition of {item['effective']}"
    if "parts" in item:
        of = f" for {', '.join(item['indications'])}" if isinstance(item.get("indications"), list) else ""
        return f"{', '.join(item['parts'])}{of}"
    for key in ("id", "code", "name", "purpose", "part", "unread"):
        if isinstance(item.get(key), str):
            return str(item[key])[:60]
    return name.replace("_", " ") if name else str(item.get("fact", "item"))


def _singular(name: str) -> str:
    words = {"coverage": "entry", "all": "criterion", "any": "alternative", "none": "exclusion", "excluded_when": "exclusion"}
    return words.get(name, name.removesuffix("s").replace("_", " "))


def _words(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, dict) and "code" in value:
        return ", ".join(
            str(value[name]) if name == "code" else f"{name} {value[name]}" for name in ("code", "use", "from", "until") if name in value
        )
    if isinstance(value, dict):
        told = value.get("says") or value.get("unread") or value.get("title")
        tests = [f"{name.replace('_', ' ')} {_words(value[name])}" for name in TESTS if name in value]
        return f"{told or _label('', value)}{' (' + '; '.join([value['fact'], *tests]) + ')' if 'fact' in value else ''}"[:200]
    if isinstance(value, list):
        return ", ".join(str(_words(item)) for item in value)[:200]
    return str(value)[:200]


def _is_list_of_maps(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(item, dict) for item in value) and bool(value))
