"""Find every comment of a file and give each to the entry it speaks of."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import yaml

from covercheck.rules.canonical.tree import Block, Entry, Remark, Tree

_COMMENT = re.compile(r"(?:(?<=[\s,\[\]{}\"'])|\A)#[^\n\x85\u2028\u2029]*")
_BREAK = re.compile("[\n\x85\u2028\u2029]")
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\n]*)")


def comments_of(text: str, scalars: list[yaml.ScalarNode]) -> Iterator[tuple[int, str]]:
    """Place and text of every comment outside values, in order."""
    start = 0
    for node in sorted(scalars, key=lambda node: (node.start_mark.index, node.end_mark.index)):
        yield from _between(text, start, node.start_mark.index)
        header = _HEADER.match(text, node.start_mark.index) if node.style in ("|", ">") else None
        if header is not None:
            yield header.start(1), header.group(1).rstrip()
        start = max(start, node.end_mark.index)
    yield from _between(text, start, len(text))


def _between(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for found in _COMMENT.finditer(text, start, end):
        yield found.start(), found.group().rstrip()


class Placing:
    """Gives the comments of one file to its entries, and tells each entry whether an empty line stands before it."""

    def __init__(self, text: str, tree: Tree) -> None:
        self.text = text
        self.tree = tree
        self.line_starts = [0, *(found.end() for found in _BREAK.finditer(text))]
        self.lines = _BREAK.split(text)
        self.starts = [entry.start for entry in tree.entries]
        self.kept = {
            line
            for node in tree.scalars
            if node.style in ("|", ">") and "+" in text[node.start_mark.index :].split("\n", 1)[0].split("#")[0]
            for line in range(node.start_mark.line, node.end_mark.line + 1)
        }
        self.hollow = {line for line, content in enumerate(self.lines) if not content.strip() and line not in self.kept}

    def run(self) -> None:
        """Place everything; brackets that hold a comment are opened, for no comment can stand inside a line."""
        for entry in self.tree.entries:
            entry.blank = entry.line - 1 in self.hollow
        for place, comment in comments_of(self.text, self.tree.scalars):
            self.put(place, comment)

    def put(self, place: int, comment: str) -> None:
        line = self.line_of(place)
        before = self.text[self.line_starts[line] : place]
        blank = line - 1 in self.hollow and not before.strip()
        index = bisect_left(self.starts, place)
        flow = self.flow_around(place)
        if flow is not None:
            self.put_in_flow(flow, place, Remark(comment, blank))
            return
        last = self.last_block_entry(index)
        if last is not None and last.line < line and place < _value_start(last):
            last.lead += [*last.trail, Remark(comment, blank)]
            last.trail = []
        elif before.strip() and last is not None and line in (last.line, _end_line(last)):
            last.trail.append(Remark(comment, gap=_gap(before)))
        else:
            self.put_between(index, last, Remark(comment, blank), 0 if before.strip() else len(before))

    def line_of(self, place: int) -> int:
        return bisect_right(self.line_starts, place) - 1

    def flow_around(self, place: int) -> Block | None:
        """The innermost brackets around a place."""
        around = None
        for block in self.tree.blocks:
            if block.node.start_mark.index > place:
                break
            if block.node.flow_style and block.node.end_mark.index > place:
                around = block
        return around

    def put_in_flow(self, flow: Block, place: int, remark: Remark) -> None:
        opened: Block | None = flow
        while opened is not None and opened.node.flow_style:
            opened.flow = opened.flow and not opened.entries
            opened = opened.above.block if opened.above else None
        earlier = [entry for entry in flow.entries if entry.start < place]
        later = [entry for entry in flow.entries if entry.start > place]
        line = self.line_of(place)
        if earlier and line in (earlier[-1].line, _end_line(earlier[-1])):
            earlier[-1].trail.append(remark)
        elif later:
            later[0].lead.append(remark)
        elif flow.entries:
            flow.tail.append(remark)
        else:
            (flow.above.lead if flow.above else self.tree.head).append(remark)

    def last_block_entry(self, index: int) -> Entry | None:
        """The last entry before an index that stands on lines of its own; entries in brackets belong to the one around them."""
        entry = self.tree.entries[index - 1] if index else None
        while entry is not None and entry.block.node.flow_style and entry.block.above is not None:
            entry = entry.block.above
        return entry

    def put_between(self, index: int, last: Entry | None, remark: Remark, column: int) -> None:
        """A comment on a line of its own: of what follows, unless it stands further in, at the end of what went before."""
        following = self.tree.entries[index] if index < len(self.tree.entries) else None
        inner = following.block.column if following else -1
        block = last.block if last else None
        while block is not None and column > inner:
            if block.column > inner and block.column <= column:
                block.tail.append(remark)
                return
            block = block.above.block if block.above else None
        if following is not None:
            self.lead_of(following, remark)
        elif isinstance(self.tree.root, Block) and self.tree.root.entries:
            self.tree.root.tail.append(remark)
        else:
            self.tree.foot.append(remark)

    def lead_of(self, entry: Entry, remark: Remark) -> None:
        first = self.tree.entries[0] is entry
        (self.tree.head if first else entry.lead).append(remark)


def _value_start(entry: Entry) -> int:
    """Where a value begins that holds no lines of entries; -1 for one that does."""
    if isinstance(entry.value, Block) and not entry.value.node.flow_style:
        return -1
    return int(entry.value.node.start_mark.index)


def _end_line(entry: Entry) -> int:
    """The line on which a value ends that holds no lines of entries; -1 for one that does."""
    if isinstance(entry.value, Block):
        return int(entry.value.node.end_mark.line) if entry.value.node.flow_style else -1
    node = entry.value.node
    return int(node.start_mark.line if node.style in ("|", ">") else node.end_mark.line)


def _gap(before: str) -> int:
    blanks = before[len(before.rstrip()) :]
    return max(2, len(blanks)) if blanks.strip(" ") == "" else 2
