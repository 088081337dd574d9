"""Between reading and writing: keys in their order, and every comment where the layout has room for it."""

from __future__ import annotations

from dataclasses import replace

from covercheck.rules.canonical.order import Shape, shape_of
from covercheck.rules.canonical.tree import Block, Entry, Tree


def settle(tree: Tree) -> None:
    """Order the keys and move comments that no line can carry above the entry they belong to."""
    if not isinstance(tree.root, Block) or not tree.root.entries:
        return
    top = tree.root.entries[0]
    _order(tree.root, shape_of(frozenset(_name(entry) for entry in tree.root.entries)))
    _change_places(top, tree.root.entries[0])
    for entry in reversed(tree.entries):
        _lift(entry)
    for block in tree.blocks:
        if block is not tree.root and block.entries:
            _close_up(block.entries[0])
    first = tree.root.entries[0]
    tree.head, first.lead = [*tree.head, *first.lead], []


def _order(block: Block, shape: Shape) -> None:
    """Sort by rank; a key that is not known stays behind the key it follows."""
    if not block.is_list:
        ranks = shape.ranks()
        found: list[tuple[int, Entry]] = []
        rank = -1
        for entry in block.entries:
            rank = ranks.get(_name(entry), rank)
            found.append((rank, entry))
        block.entries = [entry for _, entry in sorted(found, key=lambda pair: pair[0])]
    for entry in block.entries:
        if isinstance(entry.value, Block):
            _order(entry.value, shape.item() if block.is_list else shape.below(_name(entry)))


def _change_places(top: Entry, first: Entry) -> None:
    """The empty line below the comments of the file stays there, whichever key comes first now."""
    if first is top:
        return
    above = first.lead[0].blank if first.lead else first.blank
    if first.lead:
        first.lead[0] = replace(first.lead[0], blank=top.blank)
    else:
        first.blank = top.blank
    top.blank = above


def _lift(entry: Entry) -> None:
    """One comment has room behind an entry, and none behind or below a dash that opens more lines."""
    value = entry.value
    if isinstance(value, Block) and entry.key is None and value.entries and not value.flow:
        first = value.entries[0]
        entry.lead += [*entry.trail, *first.lead]
        entry.trail, first.lead = [], []
    else:
        entry.lead += entry.trail[:-1]
        entry.trail = entry.trail[-1:]


def _close_up(first: Entry) -> None:
    """No empty line stands between a key and what is below it."""
    if first.lead:
        first.lead[0] = replace(first.lead[0], blank=False)
    else:
        first.blank = False


def _name(entry: Entry) -> str:
    return "" if entry.key is None else str(entry.key.value)
