"""One site of the extension, recomputed from its YAML and the price of each thing, against the workbook's lines."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import yaml

from tests.bom.test_workbook import DEMO, made
from tests.sizing.cities import ROOT

SITE = ROOT / "cities/bilaspur/plans/extension/sites/s31.yaml"


def test_a_site_by_hand_from_its_yaml(tmp_path: Path) -> None:
    """Two fixed and four ANPR cameras, a gantry, a pole, a cabinet, one switch on a ring of own fibre."""
    site = yaml.safe_load(SITE.read_text(encoding="utf-8"))
    fixed, anpr = (group["count"] for group in site["cameras"])
    copper_m = sum(group["count"] * group["cable_m"] for group in site["cameras"])
    [cabinet], [_switch], poles = site["cabinets"], site["switches"], site["poles"]
    assert (fixed, anpr, copper_m, len(poles), cabinet["earthing_pits"]) == (2, 4, 240, 2, 2)
    cameras = fixed + anpr
    by_hand: dict[str, int | Decimal] = {
        "A.1.1": fixed, "A.2.1": anpr,
        "A.3.1": cameras, "A.3.2": cameras, "A.3.3": anpr,  # bracket and box a camera, illuminator an ANPR camera
        "B.1.1": 1, "B.1.3": 1, "B.1.5": 3,  # straight pole; gantry on two feet; a foundation a foot
        "B.2.1": 1, "B.2.2": 1, "B.3.1": 2, "B.3.2": 1, "B.3.3": cameras,
        "B.4.1": 1, "B.4.2": 1, "B.4.3": 1,
        "B.5.1": Decimal(copper_m) * Decimal("1.05") / 305,  # boxes of 305 m, 5 % more
        "B.5.2": cameras + 1,  # cameras and the UPS card
        "B.6.4": 2, "B.6.5": 1,  # two ends of the ring
        "C.1.1": 1, "C.1.9": 2, "C.2.1": 2, "C.3.1": 1, "C.3.8": 3, "C.3.9": 1,  # 36 V of 12 V blocks
        "G.1.2": cameras, "G.2.1": anpr, "G.3.1": cameras + 1,
        "J.1.1": 1, "J.2.1": cameras, "J.2.2": 1, "J.6.1": 1,
    }  # fmt: skip
    rates = {}
    for row in Path(DEMO).read_text(encoding="utf-8").splitlines()[1:]:
        before, _, after = row.partition(",FAKE,")
        rates[row.split(",", 1)[0]] = Decimal(before.rsplit(",", 1)[1]) * Decimal(after.split(",")[1])
    book = openpyxl.load_workbook(
        made("bilaspur", tmp_path / "dpr.xlsx", "--phase", "extension", "--rates", DEMO), data_only=True
    )
    rows = [row for row in book["Site-wise BOQ"].iter_rows(values_only=True) if row[0] == "bsp-s31"]
    [head] = [row for row in rows if not row[4]]
    found = {row[1]: row for row in rows if row[4]}
    assert set(found) == set(by_hand)
    total = Decimal(0)
    for item, quantity in by_hand.items():
        _, _, _, _, counted, rate, amount, gst_pct, gst, whole, *_ = found[item]
        exact = Decimal(quantity).quantize(Decimal("0.000001"))  # a part of a box has six digits
        assert Decimal(str(counted)) == exact, item
        assert Decimal(str(rate)) == rates[item], item
        assert Decimal(str(amount)) == (exact * rates[item]).quantize(Decimal("0.01"), ROUND_HALF_UP), item
        assert gst_pct == (0 if item == "B.4.3" else 18)
        assert abs(Decimal(str(gst)) - Decimal(str(amount)) * Decimal(gst_pct) / 100) <= Decimal("0.005"), item
        total += Decimal(str(whole))
    assert abs(Decimal(str(head[9])) - total) < Decimal("0.01")
    assert head[1].startswith("Entry and exit point 1 (example)")
