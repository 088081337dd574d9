"""YAML read as text: every scalar stays the string that was written, every key and value keeps its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from covercheck.rules.problems import Place, Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 40

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BRACKETS = re.compile(r"[\[\]{}]")
_DEEP_LINE = re.compile(r"^[ \-?]{200}", re.MULTILINE)
_NULLS = frozenset({"null", "~", ""})

Path: TypeAlias = tuple[str | int, ...]
Data: TypeAlias = dict[str, "Data"] | list["Data"] | str | None


@dataclass(frozen=True, slots=True)
class Document:
    """One file as plain text data, with the place of every node by its path."""

    file: str
    data: Data
    marks: Mapping[Path, tuple[int, int]]
    problems: tuple[Problem, ...] = ()

    def place(self, path: Path) -> Place:
        """The place of the node at this path; steps that stand in no file (a model's own layers) are passed over."""
        known: Path = ()
        for step in path:
            if (*known, step) in self.marks:
                known = (*known, step)
        line, column = self.marks.get(known, (0, 0))
        return Place(self.file, line, column)


@dataclass(slots=True)
class _Reader:
    file: str
    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def refuse(self, node: yaml.Node, key: str, message: str, remedy: str) -> None:
        mark = node.start_mark
        self.problems.append(Problem(Place(self.file, mark.line + 1, mark.column + 1), key, message, remedy))

    def read(self, node: yaml.Node, path: Path) -> Data:
        self.marks.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
        if id(node) in self.seen:
            self.refuse(node, "yaml_alias", "anchors and aliases are not allowed", "write the content out where it is used")
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            plain = not node.style
            return None if plain and node.value in _NULLS else str(node.value)
        if len(path) > MAX_DEPTH:
            self.refuse(node, "yaml_depth", f"nested deeper than {MAX_DEPTH} levels", "flatten the criteria")
            return None
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*path, index)) for index, child in enumerate(node.value)]
        return self.mapping(node, path)

    def mapping(self, node: yaml.Node, path: Path) -> Data:
        result: dict[str, Data] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.refuse(key_node, "yaml_key", "a key must be plain text", "use a word as the key")
                continue
            key = str(key_node.value)
            if key in result:
                self.refuse(key_node, "yaml_duplicate_key", f"the key {key!r} stands here twice", "remove one of the two")
                continue
            self.marks[(*path, key)] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            result[key] = self.read(value_node, (*path, key))
        return result


def read_text(file: str, raw: bytes) -> Document:
    """Parse one file; whatever is wrong with it stands in `problems`, and then `data` must not be used."""
    if len(raw) > MAX_BYTES:
        return _refused(file, "file_too_large", f"larger than {MAX_BYTES:,} bytes", "split the file by policy")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return _refused(file, "file_encoding", "not UTF-8 text", "save the file as UTF-8", line)
    try:
        if _may_nest_deeply(text) and _nests_too_deeply(text):
            return _refused(file, "yaml_depth", f"nested deeper than {MAX_DEPTH} levels", "flatten the criteria")
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        return _refused(file, "yaml_syntax", f"not readable as YAML: {what}", "check indentation, quotes and colons here", line, column)
    except (RecursionError, ValueError) as error:
        return _refused(file, "yaml_syntax", f"not readable as YAML: {type(error).__name__}", "simplify the nesting")
    if node is None:
        return _refused(file, "file_empty", "the file is empty", "write the file's content or delete it")
    reader = _Reader(file)
    data = reader.read(node, ())
    return Document(file, data, reader.marks, tuple(reader.problems))


def _may_nest_deeply(text: str) -> bool:
    """A cheap look for what the composing parser, which recurses in C, could not survive."""
    depth = 0
    for match in _BRACKETS.finditer(text):
        depth += 1 if match.group() in "[{" else -1
        if depth > MAX_DEPTH:
            return True
    return _DEEP_LINE.search(text) is not None


def _nests_too_deeply(text: str) -> bool:
    """The same by the parser's own events, which do not recurse."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return False


def _refused(file: str, key: str, message: str, remedy: str, line: int = 1, column: int = 1) -> Document:
    return Document(file, None, {}, (Problem(Place(file, line, column), key, message, remedy),))
