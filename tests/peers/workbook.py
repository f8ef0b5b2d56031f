"""The workbook of Kanpur with its 5,000 planned cameras: ours from YAML to file, openpyxl for its cells alone."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from copy import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
from click.testing import CliRunner

from iccc.cli.main import cli
from tests import demo

CITY = "kanpur"
RATES = "catalogue/rates/demo-FAKE.csv"
Cells = list[tuple[str, list[tuple[int, int, Any, Any]]]]  # of each sheet: row, column, value, the cell it is from


def measure() -> dict[str, Any]:
    """CPU seconds: of us for everything, of openpyxl for cells that are in memory already."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "dpr.xlsx"
        ours_s = cpu_s(lambda: _ours(path))
        cells = _cells(path)
    return {
        "city": CITY,
        "cells": sum(len(sheet) for _, sheet in cells),
        "ours_s": round(ours_s, 2),
        "openpyxl_s": round(cpu_s(lambda: _styled(cells)), 2),
        "openpyxl_values_alone_s": round(cpu_s(lambda: _bare(cells)), 2),
    }


def cpu_s(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _ours(path: Path) -> None:
    """Reads the city and the rates, judges the rules, sizes, prices, writes."""
    words = ["bom", CITY, "--rates", str(demo.ROOT / RATES), "-o", str(path)]
    ran = CliRunner().invoke(cli, words, catch_exceptions=False, standalone_mode=False)
    assert ran.return_value == 0, ran.output


def _cells(path: Path) -> Cells:
    book = openpyxl.load_workbook(path)
    return [
        (sheet.title, [(c.row, c.column, c.value, c) for row in sheet.iter_rows() for c in row if c.value is not None])
        for sheet in book
    ]


def _styled(cells: Cells) -> None:
    """Values, formulas, number formats, fonts and borders; no print set-up, no names, no validation."""
    book = openpyxl.Workbook()
    for title, of_sheet in cells:
        sheet = book.create_sheet(title)
        for row, column, value, source in of_sheet:
            cell = sheet.cell(row, column, value)
            cell.number_format = source.number_format
            cell.font, cell.border = copy(source.font), copy(source.border)
    book.save(io.BytesIO())


def _bare(cells: Cells) -> None:
    """In openpyxl's fastest mode."""
    book = openpyxl.Workbook(write_only=True)
    for title, of_sheet in cells:
        sheet = book.create_sheet(title)
        rows: dict[int, list[Any]] = {}
        for row, _, value, _ in of_sheet:
            rows.setdefault(row, []).append(value)
        for row in rows.values():
            sheet.append(row)
    book.save(io.BytesIO())


def table(figures: dict[str, Any]) -> str:
    ours = figures["ours_s"]
    return "\n".join(
        [
            f"the workbook of {figures['city']}, {figures['cells']:,} cells: CPU seconds, ratio to ours",
            f"{ours:>9.2f}         ours: city, rates, rules, sizing, bill, file",
            *(
                f"{figures[key]:>9.2f} {figures[key] / ours:>7.1f} {text}"
                for key, text in (
                    ("openpyxl_s", "openpyxl: the same cells from memory, styled"),
                    ("openpyxl_values_alone_s", "openpyxl, write-only: their values alone"),
                )
            ),
        ]
    )


if __name__ == "__main__":
    print(table(measure()))
