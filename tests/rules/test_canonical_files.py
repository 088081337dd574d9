"""Rule files on disk are brought into form whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from covercheck.rules.canonical.files import form_file, rule_files

UNFORMED = b"a:   1\n"
FORMED = b"a: 1\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that is not in form."""
    path = tmp_path / "acme" / "101.yaml"
    path.parent.mkdir()
    path.write_bytes(UNFORMED)
    return path


def key_of(path: Path) -> str:
    """Why a file was refused."""
    return form_file(path, write=True).problems[0].key


def test_a_file_is_written_with_its_mode_kept_and_nothing_left_beside_it(file: Path) -> None:
    file.chmod(0o640)
    assert form_file(file, write=True).changed
    assert file.read_bytes() == FORMED
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert list(file.parent.iterdir()) == [file]


def test_a_file_in_form_is_not_touched(file: Path) -> None:
    file.write_bytes(FORMED)
    before = file.stat()
    assert not form_file(file, write=True).changed
    after = file.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_looking_changes_nothing(file: Path) -> None:
    assert form_file(file, write=False).changed
    assert file.read_bytes() == UNFORMED


def test_a_reader_sees_the_old_file_or_the_new_one_for_the_name_moves_at_once(file: Path) -> None:
    with file.open("rb") as opened:
        form_file(file, write=True)
        assert opened.read() == UNFORMED


def test_a_read_only_file_is_refused_and_stays(file: Path) -> None:
    file.chmod(0o444)
    assert key_of(file) == "file_read_only"
    assert file.read_bytes() == UNFORMED


def test_a_link_stays_a_link_and_what_it_leads_to_is_formed(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    assert form_file(link, write=True).changed
    assert link.is_symlink()
    assert file.read_bytes() == FORMED


def test_a_link_out_of_the_folder_is_left_alone_and_one_inside_counts_once(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "payers"
    folder.mkdir()
    (folder / "own.yaml").write_bytes(UNFORMED)
    (folder / "same.yaml").symlink_to(folder / "own.yaml")
    (folder / "out.yaml").symlink_to(file)
    assert list(rule_files([folder])) == [folder / "own.yaml"]
    assert list(rule_files([folder, folder / "own.yaml", file])) == [folder / "own.yaml", file]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert key_of(tmp_path / "none.yaml") == "file_unreadable"


def test_a_refused_file_keeps_its_bytes(file: Path) -> None:
    file.write_bytes(b"a: [1\n")
    assert key_of(file) == "yaml_syntax"
    assert file.read_bytes() == b"a: [1\n"


def test_the_longest_name_leaves_room_for_the_file_beside_it(file: Path) -> None:
    longest = file.rename(file.with_name("é" * 125 + ".yaml"))
    assert form_file(longest, write=True).changed
    assert longest.read_bytes() == FORMED


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    assert key_of(tmp_path) == "file_unreadable"
