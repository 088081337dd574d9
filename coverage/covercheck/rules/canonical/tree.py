"""A rule file as a tree of entries that carry their comments, so that they can be laid out anew."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment; `blank`: an empty line stands before it; `gap`: the blanks that part it from what it follows."""

    text: str
    blank: bool = False
    gap: int = 2


@dataclass(eq=False, slots=True)
class Entry:
    """A key with its value (`key` is a node) or an item of a list; `start` and `line` are where it begins."""

    key: yaml.ScalarNode | None
    value: Scalar | Block
    start: int
    line: int
    block: Block
    blank: bool = False
    lead: list[Remark] = field(default_factory=list)
    trail: list[Remark] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Scalar:
    """A value without parts."""

    node: yaml.ScalarNode


@dataclass(eq=False, slots=True)
class Block:
    """A mapping or a list; `flow` while it stays on one line in brackets; `tail` are the comments after its last entry."""

    node: yaml.CollectionNode
    above: Entry | None
    flow: bool
    entries: list[Entry] = field(default_factory=list)
    tail: list[Remark] = field(default_factory=list)

    @property
    def column(self) -> int:
        return int(self.node.start_mark.column)

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)


@dataclass(slots=True)
class Tree:
    """One file: its value, all its entries and collections in the order of the text, and the comments above everything."""

    root: Scalar | Block
    entries: list[Entry] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    scalars: list[yaml.ScalarNode] = field(default_factory=list)
    head: list[Remark] = field(default_factory=list)
    foot: list[Remark] = field(default_factory=list)


def tree_of(node: yaml.Node) -> Tree:
    """The tree of a composed file that holds no alias."""
    tree = Tree(Scalar(yaml.ScalarNode("", "")))
    tree.root = _value(tree, node, None)
    if isinstance(tree.root, Block) and tree.root.entries:
        tree.root.flow = False
    return tree


def _value(tree: Tree, node: yaml.Node, above: Entry | None) -> Scalar | Block:
    if isinstance(node, yaml.ScalarNode):
        tree.scalars.append(node)
        return Scalar(node)
    assert isinstance(node, yaml.CollectionNode)
    block = Block(node, above, bool(node.flow_style))
    tree.blocks.append(block)
    for item in node.value:
        key, value = item if isinstance(node, yaml.MappingNode) else (None, item)
        mark = (key or value).start_mark
        entry = Entry(key, Scalar(value), mark.index, mark.line, block)
        if key is not None:
            tree.scalars.append(key)
        tree.entries.append(entry)
        block.entries.append(entry)
        entry.value = _value(tree, value, entry)
    return block
