"""Lay a tree out: two columns a level, brackets on one line, comments where they belong, at most one empty line between."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from covercheck.rules.canonical.scalars import written
from covercheck.rules.canonical.tree import Block, Entry, Remark, Scalar, Tree

STEP = 2
_HEADER = re.compile(r"[|>][-+0-9]*")


class Writer:
    """Writes one file of which `text` is the source."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[str] = []
        self.kept = 0

    def file(self, tree: Tree) -> str:
        """The whole file, with one line end at its end."""
        self.remarks(tree.head, 0)
        if isinstance(tree.root, Scalar):
            self.scalar("", tree.root.node, 0, None, None)
        elif tree.root.entries:
            self.block(tree.root, 0, None)
        else:
            self.lines.append(self.flow(tree.root, None))
        self.remarks(tree.foot, 0)
        return "\n".join(self.lines) + "\n"

    def remarks(self, remarks: list[Remark], column: int) -> None:
        """Comments on lines of their own."""
        for remark in remarks:
            if remark.blank:
                self.blank()
            self.lines.append(" " * column + remark.text)

    def blank(self) -> None:
        """An empty line, unless one is there, nothing is above it, or it would belong to the text above."""
        if self.lines and self.lines[-1] != "" and len(self.lines) != self.kept:
            self.lines.append("")

    def block(self, block: Block, column: int, key: str | None, dash: str = "") -> None:
        """The entries, one below the other; `dash` is what already stands on the line of the first, which then has no comment above."""
        for index, entry in enumerate(block.entries):
            opener = dash if index == 0 else ""
            if not opener:
                self.remarks(entry.lead, column)
                if entry.blank:
                    self.blank()
            self.entry(entry, opener or " " * column, column, key)
        self.remarks(block.tail, column)

    def entry(self, entry: Entry, opener: str, column: int, key: str | None) -> None:
        """One key with its value, or one item; `key` is the key around it."""
        value, trail = entry.value, _trail(entry)
        if entry.key is None:
            opener += "-"
        else:
            opener += f"{written(self.text, entry.key, key, is_key=True)}:"
            key = str(entry.key.value)
        if isinstance(value, Scalar):
            self.scalar(f"{opener} ", value.node, column, entry, key)
        elif value.flow or not value.entries:
            self.lines.append(f"{opener} {self.flow(value, key)}{trail}")
        elif entry.key is None:
            self.block(value, column + STEP, key, f"{opener} ")
        else:
            self.lines.append(opener + trail)
            self.block(value, column + STEP, key)

    def scalar(self, opener: str, node: yaml.ScalarNode, column: int, entry: Entry | None, key: str | None) -> None:
        """A value after what stands before it on its line; a block scalar keeps its own lines."""
        trail = _trail(entry)
        if node.style not in ("|", ">"):
            self.lines.append(opener + written(self.text, node, key) + trail)
            return
        header, body = self.body(node, entry.block.column if entry is not None else 0)
        self.lines.append(opener + header + trail)
        self.lines.extend(" " * (column + STEP) + line if line else "" for line in body)
        self.kept = len(self.lines) if "+" in header else self.kept

    def body(self, node: yaml.ScalarNode, outer: int) -> tuple[str, list[str]]:
        """The header of a block scalar and its lines without their indent; `outer` is the column of the block it stands in."""
        source = self.text[node.start_mark.index : node.end_mark.index]
        top, _, rest = source.partition("\n")
        found = _HEADER.search(top)
        assert found is not None
        header = found.group()
        body = rest.removesuffix("\n").split("\n") if rest else []
        filled = [line for line in body if line.strip(" ")]
        indent = min((len(line) - len(line.lstrip(" ")) for line in filled), default=1_000)
        digit = re.search(r"\d", header)
        if digit is not None:
            indent = outer + int(digit.group())
            header = header.replace(digit.group(), str(STEP))
        body = [line[indent:] for line in body]
        if "+" not in header:
            while body and not body[-1]:
                body.pop()
        return header, body

    def flow(self, block: Block, key: str | None) -> str:
        """Brackets on one line."""
        inside = ", ".join(self.pieces(block, key))
        return f"[{inside}]" if block.is_list else f"{{{inside}}}"

    def pieces(self, block: Block, key: str | None) -> Iterator[str]:
        """The entries as they stand between brackets."""
        for entry in block.entries:
            opener = "" if entry.key is None else f"{written(self.text, entry.key, key, is_key=True)}: "
            name = key if entry.key is None else str(entry.key.value)
            yield opener + (written(self.text, entry.value.node, name) if isinstance(entry.value, Scalar) else self.flow(entry.value, name))


def _trail(entry: Entry | None) -> str:
    """The comment behind an entry, with the blanks that part them."""
    return f"{' ' * entry.trail[0].gap}{entry.trail[0].text}" if entry is not None and entry.trail else ""
