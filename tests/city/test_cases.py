"""Bad declarations beside what is said about them.

A case is a folder: ``edit.txt`` (file, then lines ``- old`` / ``+ new`` against the shipped Bilaspur, or the city that
``city.txt`` names), or ``files/`` (whole files that replace or join the shipped ones), or both; and ``expected.txt``
(the whole message).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from iccc.city.load import load_city
from iccc.errors import DeclarationError

CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_case(case: str, tmp_path: Path) -> None:
    city = prepare(CASES / case, tmp_path)
    with pytest.raises(DeclarationError) as raised:
        load_city(tmp_path, city)
    assert f"{raised.value}\n" == (CASES / case / "expected.txt").read_text(encoding="utf-8")


def prepare(case: Path, root: Path) -> str:
    """The shipped city below ``root``, spoilt as the case says; its key."""
    named = case / "city.txt"
    city = named.read_text(encoding="utf-8").strip() if named.exists() else "bilaspur"
    shutil.copytree(ROOT / "cities" / city, root / "cities" / city)
    shutil.copytree(ROOT / "catalogue", root / "catalogue")
    if (case / "edit.txt").exists():
        edit(root, (case / "edit.txt").read_text(encoding="utf-8"))
    if (case / "files").exists():
        shutil.copytree(case / "files", root, dirs_exist_ok=True)
    return city


def edit(root: Path, text: str) -> None:
    """Apply the edits; every old line must be there, so that no case passes by accident."""
    path = root
    old: str | None = None
    for line in text.splitlines():
        if line.startswith("# "):
            continue
        if line.startswith("- "):
            old = line[2:]
        elif line.startswith("+"):
            content = path.read_text(encoding="utf-8")
            assert old is not None and old in content, (path, old)
            path.write_text(content.replace(old, line[2:].replace("\\n", "\n"), 1), encoding="utf-8")
            old = None
        elif line == "delete":
            path.unlink()
        elif line.strip():
            path = root / line.strip()
