"""The parts of a workbook as a strict reader takes them: limits of Excel, which was not there to open the file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from iccc.bom.words import english, hindi
from iccc.cli.main import cli
from tests.sizing.cities import ROOT

DEMO = str(ROOT / "catalogue/rates/demo-FAKE.csv")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# Functions that Excel 2007 knows: any later one needs the prefix _xlfn.
KNOWN = {"COUNT", "IF", "MAX", "ROUND", "SUM", "SUMIFS", "SUMPRODUCT", "ISNUMBER", "MIN", "ABS", "AND", "OR"}
TEXT = re.compile(r'"(?:[^"]|"")*"')
NAME = re.compile(r"[A-Za-z_\\][A-Za-z0-9_.]*")
CELL = re.compile(r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}")
CELL_HERE = re.compile(r"(?<![A-Za-z0-9_.$])\$?[A-Z]{1,3}\$?[0-9]{1,7}(?![A-Za-z0-9_.])")
SHEET_CELLS = re.compile(r"(?:'(?:[^']|'')+'|[A-Za-z_][A-Za-z0-9_.]*)!\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?")
FIGURE = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")


class Parts:
    """A workbook as its XML says it."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.names = archive.namelist()
            self.xml = {
                name: etree.fromstring(archive.read(name)) for name in self.names if name.endswith((".xml", ".rels"))
            }
        self.book = self.xml["xl/workbook.xml"]
        self.texts = [
            "".join(each.itertext()) for each in self.xml["xl/sharedStrings.xml"].iterfind(f"{MAIN}si")
        ]  # fmt: skip
        targets = {each.get("Id"): each.get("Target") for each in self.xml["xl/_rels/workbook.xml.rels"]}
        self.sheets = {
            str(each.get("name")): self.xml[f"xl/{targets[each.get(f'{RELATION}id')]}"]
            for each in self.book.iter(f"{MAIN}sheet")
        }
        self.defined = [
            (str(each.get("name")), each.get("localSheetId"), str(each.text))
            for each in self.book.iter(f"{MAIN}definedName")
        ]
        self.styles = self.xml["xl/styles.xml"]

    def cells(self) -> Iterator[tuple[str, Any]]:
        for sheet, root in self.sheets.items():
            for cell in root.iter(f"{MAIN}c"):
                yield sheet, cell


@pytest.fixture(scope="module", params=["estimate", "tender", "extension"])
def parts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Parts:
    words = {
        "estimate": ("sagar", "--rates", DEMO),
        "tender": ("jhansi", "--as", "tender"),
        "extension": ("bilaspur", "--phase", "extension", "--rates", DEMO),
    }[request.param]
    path = tmp_path_factory.mktemp("strict") / "x.xlsx"
    if request.param == "extension":  # against the whole city, of which most is no part of it: numbers below zero
        earlier = str(path.with_name("earlier.json"))
        before = ["bom", "bilaspur", "--rates", DEMO, "--format", "json", "-o", earlier]
        CliRunner().invoke(cli, before, catch_exceptions=False, standalone_mode=False)
        words = (*words, "--since", earlier)
    ran = CliRunner().invoke(cli, ["bom", "-o", str(path), *words], catch_exceptions=False, standalone_mode=False)
    assert ran.return_value == 0
    return Parts(path)


def test_sheets_have_names_that_excel_takes(parts: Parts) -> None:
    names = list(parts.sheets)
    assert len(names) == len({name.lower() for name in names}) > 2
    for name in names:
        assert 0 < len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\]", name)
        assert not name.startswith("'") and not name.endswith("'")


def test_defined_names_are_names_and_point_at_cells(parts: Parts) -> None:
    seen = set()
    assert len(parts.defined) > 5
    for name, local, text in parts.defined:
        assert (name.lower(), local) not in seen
        seen.add((name.lower(), local))
        assert len(name) <= 255
        if not name.startswith("_xlnm."):
            assert NAME.fullmatch(name)
            assert not CELL.fullmatch(name)
            assert name.lower() not in ("r", "c") and not re.fullmatch(r"[Rr]\d*[Cc]\d*", name)
        for part in text.split(","):
            sheet, _, area = part.rpartition("!")
            assert sheet.strip("'").replace("''", "'") in parts.sheets
            assert re.fullmatch(r"\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?|\$\d+:\$\d+", area)


def test_formulas_keep_the_limits_and_use_what_is_defined(parts: Parts) -> None:
    defined = {name for name, _, _ in parts.defined}
    formulas = [(cell, cell.find(f"{MAIN}f").text) for _, cell in parts.cells() if cell.find(f"{MAIN}f") is not None]
    assert len(formulas) > 100
    for cell, formula in formulas:
        assert formula
        assert len(formula) <= 8192
        assert all(len(text) - 2 <= 255 for text in TEXT.findall(formula))
        bare = TEXT.sub("", formula)
        assert bare.count("(") == bare.count(")") and _depth(bare) <= 64
        assert "[" not in bare and "#REF" not in bare
        for sheet_cells in SHEET_CELLS.findall(bare):
            assert sheet_cells.rpartition("!")[0].strip("'") in parts.sheets
        rest = CELL_HERE.sub("", SHEET_CELLS.sub("", bare))
        for found in re.finditer(r"[A-Za-z_][A-Za-z0-9_.]*(?P<call>\()?", rest):
            word = found[0].rstrip("(")
            if found["call"]:
                assert word in KNOWN, formula
            else:
                assert word in defined, (word, formula)
        # a result that is text says so: without it a reader takes the formula for one that was never worked out
        value = cell.find(f"{MAIN}v")
        assert value is not None
        assert cell.get("t") in (None, "str")
        if cell.get("t") is None:
            float(value.text)


def _depth(text: str) -> int:
    depth = most = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        most = max(most, depth)
    return most


def test_texts_keep_the_limits_and_no_number_is_one(parts: Parts) -> None:
    assert all(len(text) <= 32767 for text in parts.texts)
    assert not any(re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", text) for text in parts.texts)
    texts = [
        (sheet, str(cell.get("r")), parts.texts[int(cell.findtext(f"{MAIN}v"))])
        for sheet, cell in parts.cells()
        if cell.get("t") == "s"
    ]
    assert [
        (sheet, at, text)
        for sheet, at, text in texts
        if FIGURE.fullmatch(text.strip()) and not _excused(parts.sheets[sheet], at)
    ] == []


def _excused(root: Any, at: str) -> bool:
    """Codes like HSN 8525 are text, and the sheet says that they are meant to be."""
    areas = [
        area
        for each in root.iter(f"{MAIN}ignoredError")
        if each.get("numberStoredAsText") == "1"
        for area in each.get("sqref").split()
    ]
    return any(_within(at, area) for area in areas)


def _within(at: str, area: str) -> bool:
    first, _, last = area.partition(":")
    (a, b), (c, d), (e, f) = (_place(each) for each in (at, first, last or first))
    return c <= a <= e and d <= b <= f


def _place(at: str) -> tuple[int, int]:
    found = re.fullmatch(r"([A-Z]+)(\d+)", at)
    assert found
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return column, int(found[2])


def test_styles_and_conditional_formats_are_there(parts: Parts) -> None:
    formats = len(parts.styles.findall(f"{MAIN}cellXfs/{MAIN}xf"))
    changes = len(parts.styles.findall(f"{MAIN}dxfs/{MAIN}dxf"))
    assert formats < 64000
    assert all(int(cell.get("s", 0)) < formats for _, cell in parts.cells())
    for each in parts.styles.iter(f"{MAIN}numFmt"):
        code = str(each.get("formatCode"))
        assert len(code) <= 255
        sections = code.split(";")
        assert len(sections) <= 4
        if "[" in code:
            assert len(sections) <= 3 and sum("[" in section for section in sections) <= 2
    for root in parts.sheets.values():
        priorities = []
        for rule in root.iter(f"{MAIN}cfRule"):
            assert rule.get("type") == "cellIs"
            assert int(rule.get("dxfId")) < changes
            assert rule.get("operator") and float(rule.findtext(f"{MAIN}formula")) >= 0
            priorities.append(rule.get("priority"))
        assert len(priorities) == len(set(priorities))


def test_what_is_below_zero_shows_its_sign(parts: Parts) -> None:
    """LibreOffice shows no sign by a number format with conditions."""
    forms = {each.get("numFmtId"): str(each.get("formatCode")) for each in parts.styles.iter(f"{MAIN}numFmt")}
    of_style = [forms.get(each.get("numFmtId"), "") for each in parts.styles.findall(f"{MAIN}cellXfs/{MAIN}xf")]
    below = 0
    for sheet, cell in parts.cells():
        value = cell.findtext(f"{MAIN}v")
        if cell.get("t") is None and value and float(value) < 0:
            below += 1
            areas = [
                area
                for each in parts.sheets[sheet].iter(f"{MAIN}conditionalFormatting")
                if any(rule.get("operator") == "lessThan" for rule in each)
                for area in each.get("sqref").split()
            ]
            conditions = "[" in of_style[int(cell.get("s"))]
            assert not conditions or any(_within(cell.get("r"), area) for area in areas), (sheet, cell.get("r"))
    assert bool(below) == ("Expected case" in parts.sheets)  # a tender has none


def test_validations_and_headers_keep_their_limits(parts: Parts) -> None:
    for root in parts.sheets.values():
        validations = list(root.iter(f"{MAIN}dataValidation"))
        assert len(validations) < 65534
        for each in validations:
            assert len(each.get("error", "")) <= 255 and len(each.get("prompt", "")) <= 255
            assert len(each.get("errorTitle", "")) <= 32 and len(each.get("promptTitle", "")) <= 32
            assert all(len(formula.text) <= 255 for formula in each)
        for name in ("oddHeader", "oddFooter"):
            [text] = [each.text for each in root.iter(f"{MAIN}{name}")]
            assert 0 < len(text) <= 255


def test_sheets_are_locked_printed_and_measured(parts: Parts) -> None:
    unlocked = {
        at for at, form in enumerate(parts.styles.findall(f"{MAIN}cellXfs/{MAIN}xf"))
        if any(each.get("locked") == "0" for each in form.iter(f"{MAIN}protection"))
    }  # fmt: skip
    inputs = [cell for _, cell in parts.cells() if int(cell.get("s", 0)) in unlocked]
    assert len(inputs) > 50
    assert not any(cell.find(f"{MAIN}f") is not None for cell in inputs)  # no formula may be written over
    for name, root in parts.sheets.items():
        [protection] = root.iter(f"{MAIN}sheetProtection")
        assert protection.get("sheet") == "1"
        [page] = root.iter(f"{MAIN}pageSetup")
        assert (page.get("paperSize"), page.get("fitToHeight")) == ("9", "0")
        for column in root.iter(f"{MAIN}col"):
            assert 0 < float(column.get("width")) <= 255
        for row in root.iter(f"{MAIN}row"):
            assert float(row.get("ht", 15)) <= 409
        merged = [each.get("ref") for each in root.iter(f"{MAIN}mergeCell")]
        assert len(merged) == len(set(merged))
        taken: set[tuple[int, int]] = set()
        for ref in merged:
            first, last = (_place(at) for at in ref.split(":"))
            cells = {(c, r) for c in range(first[0], last[0] + 1) for r in range(first[1], last[1] + 1)}
            assert not cells & taken, f"{name}!{ref} overlaps"
            taken |= cells
        for link in root.iter(f"{MAIN}hyperlink"):
            assert link.get("location").rpartition("!")[0].strip("'") in parts.sheets
    areas = {local for name, local, _ in parts.defined if name == "_xlnm.Print_Area"}
    assert str(list(parts.sheets).index("BOQ")) in areas


def test_a_total_in_words_fits_a_formula_whatever_it_is() -> None:
    """A text in a formula has at most 255 characters."""
    longest = Decimal("77777777777777.77")  # 7,77,77,777 crore and some: above any bill
    assert max(len(english(longest)), len(hindi(longest))) <= 255
