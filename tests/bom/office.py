"""LibreOffice as a second reckoner: it works out a workbook anew, from its formulas alone."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
_RESULT = re.compile(r"(</f>)<v>[^<]*</v>")


def without_results(path: Path, to: Path) -> int:
    """The workbook without what its formulas gave, so that who shows a number worked it out; how many there were."""
    taken = 0
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                text, count = _RESULT.subn(r"\1", data.decode())
                data, taken = text.encode(), taken + count
            new.writestr(entry, data)
    return taken


def with_cells(path: Path, to: Path, cells: Mapping[str, Any]) -> None:
    """The workbook with other values in cells that have these names; openpyxl keeps no results of formulas."""
    book = openpyxl.load_workbook(path)
    for name, value in cells.items():
        [(sheet, cell)] = book.defined_names[name].destinations
        book[sheet][cell.replace("$", "")].value = value
    book.save(to)


def recalculated(paths: Sequence[Path], folder: Path) -> list[Any]:
    """The workbooks as LibreOffice works them out, in one run of it."""
    assert SOFFICE is not None
    for path in paths:
        assert not [name for name, value in results(path).items() if value is not None], "results were left in the file"
    home = folder / "office"
    command = [
        SOFFICE, f"-env:UserInstallation={home.as_uri()}", "--headless", "--norestore", "--convert-to", "xlsx",
        "--outdir", str(folder / "made"), *map(str, paths),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return [openpyxl.load_workbook(folder / "made" / path.name, data_only=True) for path in paths]


def results(path: Path) -> dict[str, Any]:
    """What a file says that its formulas gave: ``BOQ!J7``: value, None where it says nothing."""
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    return {
        f"{sheet.title}!{cell.coordinate}": values[sheet.title][cell.coordinate].value
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def named(book: Any, name: str) -> Any:
    """The value of the cell with a name."""
    [(sheet, cell)] = book.defined_names[name].destinations
    return book[sheet][cell.replace("$", "")].value
