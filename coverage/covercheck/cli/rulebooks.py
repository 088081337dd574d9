"""Rule files by whatever names them: a folder, a git revision, or the digest of a rulebook that the records keep."""

from __future__ import annotations

import asyncio
import io
import re
import subprocess
import tarfile
from pathlib import Path

from covercheck.checks.memory.books import files_of
from covercheck.cli.exits import FAILED, Stop
from covercheck.cli.remembered import memory_of
from covercheck.cli.run import Run
from covercheck.cli.screen import clean
from covercheck.rules import read_folder

DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.ASCII)
GIT_SECONDS = 60


def read_rules(run: Run, name: str | None) -> dict[str, bytes]:
    """The files; None: the folder of the settings. Raises Stop where nothing has that name."""
    if name is None:
        return read_folder(run.settings().payers)
    if Path(name).is_dir():
        return read_folder(Path(name))
    digest = DIGEST.fullmatch(name)
    if digest is not None:
        return _recorded(run, f"sha256:{digest.group(1)}")
    return _revision(run.settings().payers, name)


def _recorded(run: Run, digest: str) -> dict[str, bytes]:
    with memory_of(run) as records:
        kept = asyncio.run(records.checks.book(digest))
    if kept is None:
        raise Stop(f"No rulebook with the digest {digest} was ever used here.", "`GET /v1/checks/{id}` tells the digest of a check.")
    return files_of(kept)


def _revision(folder: Path, name: str) -> dict[str, bytes]:
    """The folder as it was in a git revision."""
    remedy = f"{clean(name, 80)!r} is neither a folder nor a digest, and as a git revision it was not found."
    if name.startswith("-") or ":" in name:
        raise Stop(remedy)
    where = folder if folder.is_dir() else Path()
    try:
        prefix = _git(where, "rev-parse", "--show-prefix").decode().strip()
        # From the top of the repository: within a folder the archive would hold that folder's own part alone.
        top = Path(_git(where, "rev-parse", "--show-toplevel").decode().strip())
        archive = _git(top, "archive", "--format=tar", f"{name}:{prefix}")
    except FileNotFoundError:
        raise Stop(remedy, "git is not installed here.") from None
    except subprocess.SubprocessError as error:
        said = getattr(error, "stderr", None) or b""
        raise Stop(remedy, *(clean(line, 300) for line in said.decode(errors="replace").splitlines()[:2]), code=FAILED) from None
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        found = ((member, tar.extractfile(member)) for member in tar.getmembers() if member.isfile())
        return {member.name: data.read() for member, data in found if data is not None and member.name.endswith(".yaml")}


def _git(folder: Path, *arguments: str) -> bytes:
    run = ["git", "-C", str(folder), *arguments]
    return subprocess.run(run, capture_output=True, check=True, timeout=GIT_SECONDS).stdout  # noqa: S603 - a revision, never an option
