"""What an install carries beside the modules: every page, style, script and message file."""

from __future__ import annotations

import fnmatch
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_file_that_is_no_module_is_named_by_the_package_data() -> None:
    """Else an install that is not editable lacks it, and the service does not begin."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    source = ROOT / "coverage" / "covercheck"
    files = [path for path in source.rglob("*") if path.is_file() and path.suffix != ".py" and "cache" not in str(path.relative_to(source))]
    assert len(files) > 20
    assert [path.name for path in files if not any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns)] == []
