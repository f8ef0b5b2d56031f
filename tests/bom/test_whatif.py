"""``iccc whatif`` says what the files would say with other settings, and writes nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iccc.bom.lines import bill
from iccc.bom.whatif import limits, quantities
from iccc.city.load import load_city
from iccc.city.supposed import suppose
from iccc.cli.main import cli
from iccc.errors import DeclarationError
from iccc.rules.all import RULES
from iccc.rules.judge import judge
from iccc.sizing.city import size
from tests.sizing.cities import ROOT, shipped

DEMO = str(ROOT / "catalogue/rates/demo-FAKE.csv")
TODAY = date(2026, 11, 30)


def ran(*words: str) -> Result:
    return CliRunner().invoke(cli, ["whatif", *words], catch_exceptions=False, standalone_mode=False)


def asked(*settings: str, city: str = "bilaspur") -> dict:
    words = [word for setting in settings for word in ("--set", setting)]
    return json.loads(ran(city, *words, "--format", "json", "--on", "2026-11-30").stdout)


@pytest.mark.parametrize(
    ("settings", "file", "old", "new"),
    [
        (("retention_profiles.street.days=60",), "cities/bilaspur/city.yaml", "street: {days: 30", "street: {days: 60"),
        (
            ("streams.main-4mp.bitrate_kbps=6144", "ups_hours=2"),
            "cities/bilaspur/city.yaml",
            "fps: 25, bitrate_kbps: 4096, gop: 50}\n  main-8mp",
            "fps: 25, bitrate_kbps: 6144, gop: 50}\n  main-8mp",
        ),
        (("defaults.cable_m=120",), "cities/bilaspur/city.yaml", "cable_m: 40", "cable_m: 120"),
        (("spares.C.3.8=25",), "catalogue/boq-items.yaml", "", ""),
        (("steps.operation.escalation_pct=9",), "catalogue/estimate.yaml", "escalation_pct: 5", "escalation_pct: 9"),
        (("device_types.nvr-64ch.usable_tb=100",), "catalogue/device-types.yaml", "usable_tb: 160", "usable_tb: 100"),
    ],
)
def test_a_supposed_city_is_the_one_that_the_changed_files_declare(
    tmp_path: Path, settings: tuple[str, ...], file: str, old: str, new: str
) -> None:
    for name in ("catalogue", "templates", "cities/bilaspur"):
        shutil.copytree(ROOT / name, tmp_path / name)
    changed = tmp_path / file
    text = changed.read_text(encoding="utf-8")
    if settings[0].startswith("spares."):
        line = next(each for each in text.splitlines() if each.strip().startswith("C.3.8:"))
        assert "spares_pct: 2" in line
        new, old = line.replace("spares_pct: 2", "spares_pct: 25"), line
    assert text.count(old) == 1
    changed.write_text(text.replace(old, new), encoding="utf-8")
    if "ups_hours=2" in settings:
        with (tmp_path / "cities/bilaspur/city.yaml").open("a", encoding="utf-8") as stream:
            stream.write("\nsizing: {ups_hours: 2}\n")
    before, supposed, _ = suppose(ROOT, "bilaspur", settings)
    written = load_city(tmp_path, "bilaspur")

    def values(city):
        lines = size(city, city.inventory())
        return [(line.name, line.scope, line.design.value, line.expected.value) for line in lines]

    def counted(city):
        return [(x.item, x.phase, x.quantity, x.spares) for x in bill(city, list(city.inventory())).lines]

    def judged(city):
        return [(v.rule.id, row.outcome, row.subject, row.text) for v in judge(city, TODAY, RULES) for row in v.rows]

    assert values(supposed) == values(written)
    assert counted(supposed) == counted(written)
    assert judged(supposed) == judged(written)
    assert supposed.declared.estimate.file == written.declared.estimate.file
    assert (values(supposed), counted(supposed), judged(supposed), supposed.declared.estimate.file) != (
        values(before), counted(before), judged(before), before.declared.estimate.file,
    )  # fmt: skip


def test_sixty_days_double_the_footage_and_break_the_recorders() -> None:
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in (ROOT / "cities").rglob("*.yaml")}
    said = ran("bilaspur", "--set", "retention.street.days=60", "--rates", DEMO, "--format", "json")
    assert said.return_value == 2
    assert before == {path: hashlib.sha256(path.read_bytes()).digest() for path in (ROOT / "cities").rglob("*.yaml")}
    data = json.loads(said.stdout)
    assert (data["version"], data["kind"]) == (1, "whatif")
    found = {each["name"]: each for each in data["quantities"] if not each["scope"]}
    for case in ("design_maximum", "expected"):
        net = found["storage_net_tb"][case]
        assert net["after"] == pytest.approx(2 * net["before"])
    assert not found["core_mbps"]["moved"]
    assert (found["recorders"]["declared"], found["recorders"]["design_maximum"]["after"]) == (10, 15)
    broken = [limit for limit in data["limits"] if limit["turn"] == "breaks"]
    assert [limit["subject"] for limit in broken] == [f"bsp-rec0{n}" for n in range(1, 10)]
    assert {limit["rule"] for limit in broken} == {"recorder-disk"}
    drives = next(each for each in data["bill"]["changes"] if each["item"] == "F.2.2")
    assert drives["difference"]["quantity"] == 120
    capital = next(step for step in data["bill"]["steps"] if step["name"] == "capital expenditure")
    assert Decimal(capital["difference"]) > 0
    assert Decimal(data["bill"]["years"][0]["difference"]) > 0


def test_limits_heal_the_other_way_round() -> None:
    before, after, _ = suppose(ROOT, "bilaspur", ["retention.street.days=60"])
    broken = limits(before, after, TODAY, RULES)
    healed = limits(after, before, TODAY, RULES)
    assert {limit.turn for limit in broken} == {"breaks"}
    assert {limit.turn for limit in healed} == {"heals"}
    assert [limit.subject for limit in broken] == [limit.subject for limit in healed]


def test_what_holds_neither_before_nor_after_moves() -> None:
    before, after, _ = suppose(ROOT, "bilaspur", ["retention.street.days=60"])
    _, more, _ = suppose(ROOT, "bilaspur", ["retention.street.days=70"])
    assert {limit.turn for limit in limits(after, more, TODAY, RULES)} == {"moves"}
    assert limits(before, before, TODAY, RULES) == []


def test_a_glob_sets_several_and_a_phase_is_sized_alone() -> None:
    data = asked("rings.*.speed_mbps=10000")
    assert [each["key"] for each in data["settings"]] == [f"rings.r{n}.speed_mbps" for n in range(1, 7)]
    rings = [each["design_maximum"] for each in data["quantities"] if each["name"] == "rings_by_bandwidth"]
    assert rings == [{"before": 5, "after": 1, "difference": -4}]
    before = shipped("kanpur")
    for phase in before.phases:
        every = list(quantities(before, before, phase))
        assert not any(quantity.moved for quantity in every)
        if phase != "linked":
            assert every == []


def test_a_setting_that_nearer_ones_override_moves_nothing() -> None:
    said = ran("kanpur", "--set", "defaults.cable_m=90")
    assert said.return_value == 0
    assert "Nothing moves" in said.stdout


def test_cameras_of_a_site_by_its_code_and_group() -> None:
    data = asked("sites.bsp-j01.cameras.fixed.count=12")
    assert data["settings"][0]["at"].startswith("cities/bilaspur/junctions/j01.yaml:")
    licences = next(each for each in data["quantities"] if each["name"] == "vms_licences")
    assert licences["design_maximum"]["difference"] == 2


def test_a_phase_is_supposed_with_its_plan() -> None:
    """Cameras of Bilaspur's extension stand in its plan alone."""
    said = ran("bilaspur", "--phase", "extension", "--set", "retention.street.days=60", "--format", "json")
    data = json.loads(said.stdout)
    net = next(each for each in data["quantities"] if each["name"] == "storage_net_tb")["design_maximum"]
    assert net["after"] == pytest.approx(2 * net["before"])
    assert net["before"] == pytest.approx(83.6, abs=0.1)
    assert data["plan"] == "extension"
    before, after, [set_] = suppose(ROOT, "bilaspur", ["sites.bsp-s31.ward=7"], "extension")
    assert set_.where.file == "cities/bilaspur/plans/extension/sites/s31.yaml"
    assert (before.sites["bsp-s31"].code, after.sites["bsp-s31"].code) == ("bsp-s31", "bsp-s31")


def test_rupees_of_what_is_declared_say_how_much_is_needed() -> None:
    """Recorders of the bill are those of recorders.yaml: with twice the days they are too few."""
    said = ran("bilaspur", "--set", "retention.street.days=60").stdout
    assert "the bill has what is declared: 10 recorders are declared, and 15 are needed" in said
    assert "are needed" not in ran("bilaspur", "--set", "retention.street.days=20").stdout


def test_text_says_that_rates_are_made_up() -> None:
    said = ran("bilaspur", "--set", "growth=0", "--rates", DEMO)
    assert said.return_value == 0
    assert said.stdout.startswith("FAKE RATES, NOT A PRICE")
    assert "growth: not said there → 0" in said.stdout
    assert "No limit breaks." in said.stdout
    assert "FAKE" not in ran("bilaspur", "--set", "growth=0").stdout


def test_every_mistake_is_told_with_what_is_allowed() -> None:
    settings = [
        "retention.stret.days=60", "retenton.street.days=3", "x", "growth=", "growht=3", "rings.r9.speed_mbps=4",
        "sites.bsp-j99.status=planned", "spares.B.5.9=1", "retention.street.days.more=1", "growth=0.1",
        "sizing.growth=0.2", "streams.sub.fps=010",
    ]  # fmt: skip
    with pytest.raises(DeclarationError) as told:
        suppose(ROOT, "bilaspur", settings)
    texts = {mistake.where.removeprefix("--set "): mistake.text for mistake in told.value.mistakes}
    assert list(texts) == [setting for setting in settings if setting != "growth=0.1"]
    assert texts["retention.stret.days=60"].startswith("retention: 'stret' is not known; did you mean 'street'?")
    assert "did you mean 'retention'?" in texts["retenton.street.days=3"]
    assert texts["x"].startswith("a setting is written as KEY=VALUE")
    assert texts["growth="] == "there is no value"
    assert "did you mean 'growth'?" in texts["growht=3"]
    assert texts["rings.r9.speed_mbps=4"] == "rings: 'r9' is not one of r1, r2, r3, r4, r5, r6"
    assert "did you mean 'bsp-j" in texts["sites.bsp-j99.status=planned"]
    assert "did you mean" in texts["spares.B.5.9=1"]
    assert texts["retention.street.days.more=1"] == "days is 30: there is no more in it"
    assert texts["sizing.growth=0.2"] == "the same is set by growth=0.1"
    assert "leading zero" in texts["streams.sub.fps=010"]


def test_a_mistake_is_that_of_its_own_setting() -> None:
    with pytest.raises(DeclarationError) as told:
        suppose(ROOT, "sagar", ["ups_hours=2", "growth=abc"])
    assert [str(each) for each in told.value.mistakes] == ["--set growth=abc: growth 'abc' is not a number"]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("streams.main-4mp.bitrate_kbps=abc", "--set {}: bitrate_kbps 'abc' is not a whole number"),
        ("retention.street.dys=4", "--set {}: 'dys' is no key here; did you mean 'days'?"),
        ("rings.r1.sped_mbps=4", "--set {}: 'sped_mbps' is no key here; did you mean 'speed_mbps'?"),
        ("ups_hours=100", "--set {}: ups_hours 100 is not between 0.1 and 24 h"),
        ("groups.fixed.device_type=cam-fixed", "did you mean 'cam-fixed-4mp-ir'?"),
        (
            "groups.fixed.device_type=cam-ptz-4mp",
            "with these settings, cities/bilaspur/junctions/j01.yaml:20:35: no switch",
        ),
        ("switching.spanning_tree.mode=1", "mode 1 is not one of"),
    ],
)
def test_values_are_judged_as_in_the_files(setting: str, message: str) -> None:
    with pytest.raises(DeclarationError) as told:
        suppose(ROOT, "bilaspur", [setting])
    assert message.format(setting) in str(told.value)
