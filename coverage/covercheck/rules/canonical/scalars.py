"""How one value is written: as its author wrote it, on one line, codes in quotes, dates and yes/no bare."""

from __future__ import annotations

import json
import re

import yaml

_CODE_KEYS = frozenset({"code", "edi_ids", "addon_to", "period", "phone", "reject", "service_types", "successor", "predecessor"})
_BARE_KEYS = frozenset(
    {"on", "as_of", "read_on", "effective", "from", "until", "begins", "ends", "date_of_birth", "at_least", "at_most", "more_than"}
    | {"less_than", "initial_days", "renewal_days", "review_days", "alone", "superseded", "advisory", "is"}
)
_BARE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?|-?\d+(\.\d+)?|true|false", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\d[\d_,]*(\.\d*)?([eE][-+]?\d+)?|0[xob][\da-fA-F]+)", re.ASCII)
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
_NULLS = frozenset({"", "~", "null"})


def written(source: str, node: yaml.ScalarNode, key: str | None, *, is_key: bool = False) -> str:
    """The text of a value that is no block scalar; `key` is the key it stands under, directly or in a list."""
    value = str(node.value)
    if not node.style:
        if value in _NULLS and not is_key:
            return "null"
        if (is_key or key in _CODE_KEYS) and _NUMBER.fullmatch(value):
            return f'"{value}"'
        return value if node.start_mark.line == node.end_mark.line and value else _plain(value)
    if key in _BARE_KEYS and not is_key and _BARE.fullmatch(value) and (key != "is" or value in ("true", "false")):
        return value
    if node.start_mark.line == node.end_mark.line and node.style in ("'", '"'):
        return _own(source[node.start_mark.index : node.end_mark.index], node.style)
    if node.style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return _double(value)


def _own(piece: str, quote: str) -> str:
    """The quoted text without the tag or anchor that may stand before it."""
    return piece[piece.index(quote) :]


def _plain(value: str) -> str:
    """A value that ran over several lines, on one; in quotes where it would not read the same."""
    try:
        around = yaml.compose(f"[{value}]", Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return _double(value)
    nodes: list[yaml.Node] = around.value if isinstance(around, yaml.SequenceNode) else []
    same = len(nodes) == 1 and isinstance(nodes[0], yaml.ScalarNode) and not nodes[0].style and nodes[0].value == value
    return value if same and value and "\n" not in value else _double(value)


def _double(value: str) -> str:
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(value, ensure_ascii=False))
