"""Load a folder of rule files: all of it, or every problem of every file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from covercheck.rules.eligibility_text import MembersFile, MemberText
from covercheck.rules.facts import FactCatalogue, FactFile
from covercheck.rules.link import Linker
from covercheck.rules.payer_file import CodeFile, PayerText, TherapyFile
from covercheck.rules.policy import LAW, Policy
from covercheck.rules.policy_file import PolicyText
from covercheck.rules.problems import Place, Problem, RulebookRefused
from covercheck.rules.rulebook import DefaultCode, Payer, Rulebook
from covercheck.rules.suggest import nearest
from covercheck.rules.text_yaml import Document, read_text

SHARED = ("facts.yaml", "therapies.yaml", "codes.yaml")
RESERVED = ("payer.yaml", "members.yaml")
MAX_FILES = 5_000

Model = TypeVar("Model", bound=BaseModel)


def load_folder(root: FilePath) -> Rulebook:
    """The rulebook of this folder; raises RulebookRefused with every problem found."""
    try:
        return load_files(read_folder(root))
    except OSError as error:
        raise RulebookRefused(
            [Problem(Place(str(root)), "folder_unreadable", f"can't read the folder: {error.strerror}", "check the path and its rights")]
        ) from None


def read_folder(root: FilePath) -> dict[str, bytes]:
    """The folder's rule files by relative path; links that lead out of it are left out."""
    files: dict[str, bytes] = {}
    if not root.is_dir():
        raise RulebookRefused(
            [Problem(Place(str(root)), "folder_missing", "no such folder of rule files", "set COVERCHECK_PAYERS to the folder `payers`")]
        )
    top = root.resolve()
    for path in sorted(root.rglob("*.yaml")):
        if path.is_file() and path.resolve().is_relative_to(top):
            files[path.relative_to(root).as_posix()] = path.read_bytes()
            if len(files) > MAX_FILES:
                raise RulebookRefused(
                    [Problem(Place(str(root)), "too_many_files", f"more than {MAX_FILES} files", "point at the folder `payers`")]
                )
    return files


def load_files(files: dict[str, bytes], before: Rulebook | None = None) -> Rulebook:
    """The rulebook of these files by relative path; raises RulebookRefused with every problem found.

    What `before`, a sound rulebook, has from the same bytes is taken from there: the result is the same, sooner.
    """
    loader = _Loader(files, before)
    book = loader.book()
    if book is None or loader.problems:
        raise RulebookRefused(loader.problems)
    return book


def digest_of(files: dict[str, bytes]) -> str:
    """`sha256:…` over every path and its bytes, in order of path."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return f"sha256:{total.hexdigest()}"


class _Loader:
    def __init__(self, files: dict[str, bytes], before: Rulebook | None) -> None:
        self.files = files
        self.before = before
        self.problems: list[Problem] = []
        self.documents: dict[str, Document] = {}
        self.linked = {policy.file: policy for policy in before.policies()} if before is not None else {}

    def book(self) -> Rulebook | None:
        known = self.before
        facts = self.kept("facts.yaml", known.facts) if known else None
        catalogue = facts or self.catalogue()
        therapies = (self.kept("therapies.yaml", known.therapies) if known else None) or self.shared("therapies.yaml", TherapyFile)
        codes = (self.kept("codes.yaml", known.codes) if known else None) or self.shared("codes.yaml", CodeFile)
        if catalogue is None or therapies is None or codes is None:
            self.check_payers_alone()
            return None
        if known is None or catalogue is not known.facts or therapies is not known.therapies:
            self.linked = {}
        payers: dict[str, Payer] = {}
        law: tuple[Policy, ...] = ()
        for folder, names in self.folders().items():
            text = None if folder == LAW else self.payer(folder, names)
            policies = tuple(p for name in names if (p := self.policy(folder, name, catalogue, therapies)) is not None)
            if folder == LAW:
                law = policies
            elif text is not None:
                payers[folder] = Payer(folder, text, policies, self.members(folder, names))
        self.check_names(payers.values())
        self.check_bound((policy for one in ((*law,), *(payer.policies for payer in payers.values())) for policy in one), payers)
        defaults = self.default_codes(codes, catalogue, therapies)
        return Rulebook(digest_of(self.files), catalogue, therapies, codes, defaults, payers, law, self.documents, self.files)

    def kept(self, name: str, value: Model | FactCatalogue) -> Any:
        """What the book before has from the same bytes; None where they differ."""
        if self.before is None or name not in self.files or self.before.files.get(name) != self.files[name]:
            return None
        self.documents[name] = self.before.documents[name]
        return value

    def catalogue(self) -> FactCatalogue | None:
        facts = self.shared("facts.yaml", FactFile)
        return FactCatalogue(facts.facts) if facts is not None else None

    def default_codes(self, codes: CodeFile, facts: FactCatalogue, therapies: TherapyFile) -> tuple[DefaultCode, ...]:
        """The codes shown where a payer names none, with their conditions linked; every code named must be in the table."""
        linker = Linker(self.documents["codes.yaml"], facts, therapies)
        found = []
        for group, default in enumerate(codes.defaults):
            linker.known(("defaults", group, "part"), "part", default.part, therapies.parts)
            for index, code in enumerate(default.codes):
                path = ("defaults", group, "codes", index)
                linker.known((*path, "code"), "code", code.code, codes.codes)
                linker.ids = {}
                when = linker.node(code.when, (*path, "when"), ()) if code.when else None
                found.append(DefaultCode(default.part, default.lines, code.code, code.use, when, code.note))
        self.problems.extend(linker.problems)
        return tuple(found)

    def folders(self) -> dict[str, list[str]]:
        folders: dict[str, list[str]] = {}
        for name in sorted(self.files):
            folder, _, rest = name.partition("/")
            if not rest:
                if name not in SHARED:
                    self.note(
                        name, "file_stray", "not one of the shared files", f"move it into a payer's folder, or name it {' / '.join(SHARED)}"
                    )
            elif "/" in rest:
                self.note(name, "file_too_deep", "rule files stand directly in a payer's folder", "move the file one level up")
            else:
                folders.setdefault(folder, []).append(name)
        return folders

    def check_payers_alone(self) -> None:
        """Without the shared tables nothing can be linked; still report what is wrong in each file by itself."""
        for names in self.folders().values():
            for name in names:
                base = name.rpartition("/")[2]
                if base not in RESERVED:
                    self.parse(name, PolicyText)

    def shared(self, name: str, model: type[Model]) -> Model | None:
        if name not in self.files:
            self.note(name, "file_missing", f"{name} is missing", "restore it beside the payers' folders")
            return None
        return self.parse(name, model)

    def payer(self, folder: str, names: Iterable[str]) -> PayerText | None:
        name = f"{folder}/payer.yaml"
        if name not in names:
            self.note(
                name, "payer_file_missing", f"the folder {folder!r} has no payer.yaml", "add one with `payer`, `name`, `lines` and `states`"
            )
            return None
        before = self.before.payers.get(folder) if self.before is not None else None
        text: PayerText | None = (self.kept(name, before.text) if before else None) or self.parse(name, PayerText)
        if text is not None and text.payer != folder:
            self.problems.append(
                Problem(
                    self.documents[name].place(("payer",)),
                    "payer_id_differs",
                    f"`payer: {text.payer}` stands in the folder {folder!r}",
                    "make the two the same",
                )
            )
        return text

    def members(self, folder: str, names: Iterable[str]) -> tuple[MemberText, ...]:
        name = f"{folder}/members.yaml"
        before = self.before.payers.get(folder) if self.before is not None else None
        if before is not None and name in names and self.kept(name, before.text) is not None:
            return before.members
        read = self.parse(name, MembersFile) if name in names else None
        return read.members if read is not None else ()

    def policy(self, folder: str, name: str, facts: FactCatalogue, therapies: TherapyFile) -> Policy | None:
        base = name.rpartition("/")[2]
        if base in RESERVED:
            return None
        before = self.linked.get(name)
        if before is not None and self.before is not None and self.read(name).data == self.before.documents[name].data:
            return before
        text = self.parse(name, PolicyText)
        if text is None:
            return None
        expected = name.removesuffix(".yaml")
        if text.policy != expected:
            self.problems.append(
                Problem(
                    self.documents[name].place(("policy",)),
                    "policy_id_differs",
                    f"`policy: {text.policy}` stands in {name}",
                    f"write `policy: {expected}`",
                )
            )
        linker = Linker(self.documents[name], facts, therapies)
        policy = linker.policy(text)
        self.problems.extend(linker.problems)
        return policy

    def check_names(self, payers: Iterable[Payer]) -> None:
        """No name, alias or EDI id leads to two payers."""
        owners: dict[str, str] = {}
        for payer in payers:
            names = [(("name",), payer.text.name), *((("aliases", i), a) for i, a in enumerate(payer.text.aliases))]
            for path, name in [*names, *((("edi_ids", i), e) for i, e in enumerate(payer.text.edi_ids))]:
                owner = owners.setdefault(name.casefold(), payer.id)
                if owner != payer.id:
                    place = self.documents[f"{payer.id}/payer.yaml"].place(path)
                    self.problems.append(
                        Problem(place, "name_taken", f"{name!r} also names the payer {owner}", "keep it at one of the two")
                    )

    def check_bound(self, policies: Iterable[Policy], payers: Mapping[str, Payer]) -> None:
        """Only the law binds some payers by name, and only payers that are there."""
        for policy in policies:
            for index, payer in enumerate(policy.payers):
                place = self.documents[policy.file].place(("payers", index))
                if not policy.is_law:
                    self.problems.append(Problem(place, "payers_not_law", "a payer's own text binds that payer", "leave `payers` out"))
                elif payer not in payers:
                    near = ", ".join(nearest(payer, list(payers))) or "none"
                    self.problems.append(Problem(place, "unknown_payer", f"no payer is named {payer!r}", f"nearest: {near}"))

    def parse(self, name: str, model: type[Model]) -> Model | None:
        document = self.read(name)
        if document.problems:
            self.problems.extend(document.problems)
            return None
        try:
            return model.model_validate(document.data)
        except ValidationError as error:
            self.problems.extend(
                _problem(document, item, model) for item in error.errors(include_url=False, include_context=False, include_input=False)
            )
            return None

    def read(self, name: str) -> Document:
        if name not in self.documents:
            same = self.before is not None and self.before.files.get(name) == self.files[name]
            self.documents[name] = self.before.documents[name] if same and self.before else read_text(name, self.files[name])
        return self.documents[name]

    def note(self, name: str, key: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(Place(name), key, message, remedy))


def _problem(document: Document, item: Any, model: type[BaseModel]) -> Problem:
    loc: tuple[str | int, ...] = item["loc"]
    place = document.place(loc)
    where = ".".join(str(step) for step in loc) or "the file"
    message: str = item["msg"].removeprefix("Value error, ")
    if item["type"] == "extra_forbidden":
        near = nearest(str(loc[-1]), _field_names(model))
        return Problem(
            place,
            "unknown_key",
            f"unknown key `{where}`",
            f"did you mean `{near[0]}`?" if near else "remove it, or look it up in docs/rule-files.md",
        )
    if item["type"] == "missing":
        return Problem(place, "missing_key", f"`{where}` is missing", "add it; docs/rule-files.md shows what it holds")
    return Problem(place, "wrong_value", f"`{where}`: {message}", "docs/rule-files.md shows what may stand here")


def _field_names(model: type[BaseModel]) -> set[str]:
    """Every key the schema knows anywhere below this model."""
    names: set[str] = set()

    def collect(schema: Any) -> None:
        if isinstance(schema, dict):
            names.update(schema.get("properties", {}))
            for value in schema.values():
                collect(value)
        elif isinstance(schema, list):
            for value in schema:
                collect(value)

    collect(model.model_json_schema())
    return names
