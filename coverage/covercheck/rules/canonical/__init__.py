"""One canonical form for rule files: what they say and every comment stay, only the layout changes."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from covercheck.rules.canonical.comments import Placing, comments_of
from covercheck.rules.canonical.settle import settle
from covercheck.rules.canonical.tree import Tree, tree_of
from covercheck.rules.canonical.write import Writer
from covercheck.rules.problems import Place, Problem
from covercheck.rules.text_yaml import read_text

__all__ = ["Canonical", "canonical"]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Canonical:
    """The canonical bytes of a file, or what is wrong with it: exactly one of the two."""

    raw: bytes | None
    problems: tuple[Problem, ...] = ()


def canonical(file: str, raw: bytes) -> Canonical:
    """The canonical form of one rule file; a file that can't be read, or would not stay the same in value and comments, is refused."""
    before = read_text(file, raw)
    if before.problems:
        return Canonical(None, before.problems)
    text = _text_of(raw)
    try:
        written = _lay_out(text).encode()
        same = read_text(file, written)
    except (yaml.YAMLError, UnicodeEncodeError):
        return _refused(file)
    if same.problems or same.data != before.data or _all_comments(text) != _all_comments(written.decode()):
        return _refused(file)
    return Canonical(written)


def _tree(text: str) -> Tree:
    node = yaml.compose(text, Loader=_Loader)
    assert node is not None, "an empty file is refused before"
    return tree_of(node)


def _lay_out(text: str) -> str:
    tree = _tree(text)
    Placing(text, tree).run()
    settle(tree)
    return Writer(text).file(tree)


def _text_of(raw: bytes) -> str:
    """The text with plain line ends and no byte order mark."""
    return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def _all_comments(text: str) -> list[str]:
    tree = _tree(text)
    return sorted(comment for _, comment in comments_of(text, tree.scalars))


def _refused(file: str) -> Canonical:
    problem = Problem(
        Place(file),
        "form_unsafe",
        "can't be brought into form without a change to its values or comments",
        "write long texts and comments in a plainer way, without tags and directives",
    )
    return Canonical(None, (problem,))
