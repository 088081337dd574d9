"""Settings come from the environment, are checked, and name their default folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from covercheck.settings import Settings, default_payers, unknown_variables


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("COVERCHECK_")]:
        monkeypatch.delenv(name)


def test_it_listens_on_this_machine_only_by_default() -> None:
    settings = Settings()
    assert (settings.host, settings.port, settings.is_local) == ("127.0.0.1", 8080, True)


def test_the_environment_sets_each_of_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COVERCHECK_HOST", "0.0.0.0")
    monkeypatch.setenv("COVERCHECK_PORT", "9000")
    monkeypatch.setenv("COVERCHECK_PAYERS", str(tmp_path))
    monkeypatch.setenv("COVERCHECK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COVERCHECK_CORS_ORIGINS", "https://a.example, http://localhost:3000")
    settings = Settings()
    assert (settings.host, settings.port, settings.is_local) == ("0.0.0.0", 9000, False)
    assert (settings.payers, settings.data_dir) == (tmp_path, tmp_path / "data")
    assert settings.cors_origins == ("https://a.example", "http://localhost:3000")


def test_the_rules_are_kept_by_the_organisation_of_this_machine_unless_others_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().rule_keepers == ("local",)
    monkeypatch.setenv("COVERCHECK_RULE_KEEPERS", "harbor, rules office")
    assert Settings().rule_keepers == ("harbor", "rules office")


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVERCHECK_PORT", "9000")
    assert Settings(port=9001).port == 9001


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "http"),
        ("LOG_LEVEL", "loud"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "https://a.example/path"),
        ("MAX_BODY_BYTES", "10"),
        ("EVIDENCE_AGED_MONTHS", "6"),
    ],
)
def test_an_unfit_value_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"COVERCHECK_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_a_misspelled_variable_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVERCHECK_PYAERS", "x")
    monkeypatch.setenv("COVERCHECK_PORT", "1")
    assert unknown_variables() == ["COVERCHECK_PYAERS"]


def test_rule_files_are_taken_from_the_folder_one_stands_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "payers").mkdir()
    monkeypatch.chdir(tmp_path)
    assert default_payers() == Path("payers")


def test_elsewhere_they_are_taken_from_beside_the_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    found = default_payers()
    assert found.is_absolute()
    assert (found / "facts.yaml").is_file()
