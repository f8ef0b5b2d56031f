"""``iccc survey import``: rows become sites, mistakes are told by row and column, and what people changed stays."""

from __future__ import annotations

import csv
import io
import json
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from iccc.bom.lines import bill
from iccc.city.load import load_city
from iccc.cli.main import cli
from iccc.errors import DeclarationError, UsageError
from iccc.siting.imported import Import, import_survey, write
from tests.sizing.cities import ROOT

HEADS = ("Site Name", "स्थान का नाम", "Archetype", "Latitude", "Longitude", "Map Link", "वार्ड", "PTZ", "प्रकार")
ROWS = (
    ("Test Chowk", "परीक्षण चौक", "PTZ pole", "२२.०७९७", "८२.१४०९१२", "", "वार्ड १२", "2", "चौक"),
    ("Girls School", "", "school-gate", "", "", "https://maps.google.com/?q=22.08,82.15", "", "", ""),
    ("New Bus Stand", "नया बस स्टैंड", "बस स्टैंड", "22.09", "82.16", "", "5", "", ""),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("catalogue", "cities/jhansi"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "pyinfra.cfg", tmp_path)
    return tmp_path


def survey(root: Path, rows: Sequence[Sequence[str]] = ROWS, heads: Sequence[str] = HEADS) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows([heads, *rows])
    path = root / "survey.csv"
    path.write_text("\ufeff" + text.getvalue(), encoding="utf-8")
    return path


def imported(root: Path, path: Path, phase: str | None = "new-sites") -> Import:
    made = import_survey(root, "jhansi", path, phase=phase)
    write(root, made)
    return made


def texts(root: Path) -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def mistakes(root: Path, path: Path, **options: str | None) -> dict[str, str]:
    """Row and column: what is said there. Nothing is written."""
    before = texts(root)
    with pytest.raises(DeclarationError) as told:
        import_survey(root, "jhansi", path, **{"phase": "new-sites", **options})  # type: ignore[arg-type]
    assert texts(root) == before
    return {each.where.rpartition("survey.csv:")[2]: each.text for each in told.value.mistakes}


def test_rows_become_planned_sites_with_the_devices_of_their_archetypes(root: Path) -> None:
    made = imported(root, survey(root))
    assert [(change.number, change.new) for change in made.changes] == [(6, True), (7, True), (8, True)]
    city = load_city(root, "jhansi")
    chowk, school, bus = (city.sites[code] for code in ("jhs-j06", "jhs-s07", "jhs-s08"))
    assert (chowk.name, chowk.name_hi, chowk.ward, chowk.phase) == ("Test Chowk", "परीक्षण चौक", 12, "new-sites")
    assert chowk.position is not None
    assert school.position is not None
    assert (chowk.position.lat, chowk.position.lon, chowk.position.precision) == (22.0797, 82.140912, "surveyed")
    assert (school.position.lat, school.position.lon) == (22.08, 82.15)
    archetypes = yaml.safe_load((ROOT / "catalogue/archetypes.yaml").read_text(encoding="utf-8"))["archetypes"]
    usual = {each["group"]: each["count"] for each in archetypes["surveillance-pole-ptz"]["cameras"]}
    for site, wanted in ((chowk, {**usual, "ptz": 2}), (school, {"fixed": 2})):
        groups = [camera.group for camera in city.cameras.values() if camera.site == site.code]
        assert {group: groups.count(group) for group in groups} == wanted
        assert all(device.status == "planned" for device in city.inventory() if device.site == site.code)
    assert bus.type == "bus_stand"
    lines = {line.item: line.quantity for line in bill(city, list(city.inventory()), phase="new-sites").lines}
    assert lines["B.1.1"] == 1 + 1 + 3  # straight poles
    assert lines["B.1.2"] == 1  # the bus stand's cantilever
    assert [device.name for device in city.equipment.values() if device.site == bus.code] == ["jhs-s08-ecb1"]


def test_the_same_survey_again_changes_nothing(root: Path) -> None:
    imported(root, survey(root))
    before = texts(root)
    again = imported(root, survey(root))
    assert not again.files
    assert texts(root) == before
    assert [change.name for change in again.changes] == ["Test Chowk", "Girls School", "New Bus Stand"]
    assert not any(change.new or change.edits or change.kept or change.conflicts for change in again.changes)


def test_a_changed_row_changes_its_site_alone_and_keeps_what_people_wrote(root: Path) -> None:
    imported(root, survey(root))
    school = root / "cities/jhansi/sites/s07.yaml"
    by_hand = school.read_text(encoding="utf-8").replace(
        "phase: new-sites\n", "phase: new-sites\nmain_road: true  # seen\n"
    )
    school.write_text(by_hand, encoding="utf-8")
    before = texts(root)
    rows = [ROWS[0], (*ROWS[1][:6], "7", "1", ""), ROWS[2]]
    made = imported(root, survey(root, rows))
    assert set(made.files) == {"cities/jhansi/sites/s07.yaml", "cities/jhansi/survey.json"} or made.changes
    change = made.changes[1]
    assert change.edits == ("ward: nothing → 7",)
    assert [told.partition(":")[0] for told in change.conflicts] == ["cameras.ptz"]  # no entry to put it into
    after = texts(root)
    changed = {name.rpartition("/")[2] for name in after if after[name] != before[name]}
    assert changed == {"s07.yaml", "survey.csv", "survey.json"}
    assert school.read_text(encoding="utf-8").replace("ward: 7\n", "") == by_hand


def test_what_both_changed_stays_and_is_told_until_it_is_settled(root: Path) -> None:
    imported(root, survey(root))
    chowk = root / "cities/jhansi/junctions/j06.yaml"
    chowk.write_text(chowk.read_text(encoding="utf-8").replace("ward: 12", "ward: 13"), encoding="utf-8")
    kept = imported(root, survey(root)).changes[0]
    assert kept.kept == ("ward: 13 is declared, 12 surveyed",)
    assert not kept.conflicts
    other = [(*ROWS[0][:6], "14", "2", "चौक"), *ROWS[1:]]
    for _ in range(2):
        (told,) = imported(root, survey(root, other)).changes[0].conflicts
        assert told.startswith("ward: 13 is declared, 14 surveyed (cities/jhansi/junctions/j06.yaml:")
    assert "ward: 13" in chowk.read_text(encoding="utf-8")
    chowk.write_text(chowk.read_text(encoding="utf-8").replace("ward: 13", "ward: 14"), encoding="utf-8")
    assert not imported(root, survey(root, other)).changes[0].conflicts


def test_fewer_or_more_cameras_of_a_group_are_an_edit(root: Path) -> None:
    imported(root, survey(root))
    made = imported(root, survey(root, [(*ROWS[0][:7], "1", "चौक"), *ROWS[1:]]))
    assert made.changes[0].edits == ("cameras.ptz: 2 → 1",)
    city = load_city(root, "jhansi")
    assert sum(camera.group == "ptz" and camera.site == "jhs-j06" for camera in city.cameras.values()) == 1


def test_every_mistake_at_its_row_and_column(root: Path) -> None:
    rows = [
        ("", "", "ITMS", "22.07", "82.14", "", "", ""),
        ("A", "", "palace", "22.07", "", "", "", ""),
        ("B", "", "school-gate", "82.14", "22.07", "", "400", "many"),
        ("C", "", "school-gate", "", "", "https://maps.app.goo.gl/xyz", "", ""),
        ("D", "", "school-gate", "22.07", "82.14", "https://maps.google.com/?q=22.09,82.15", "", ""),
        ("E of 98765 43210", "", "school-gate", "", "", "", "", ""),
        ("F", "", "school-gate", "", "", "", "", ""),
        ("f", "", "school-gate", "", "", "", "", ""),
    ]
    told = mistakes(root, survey(root, rows))
    assert told.keys() == {"2:1", "3:3", "3:5", "4:4", "4:7", "4:8", "5:6", "6:6", "7:1", "9:1"}
    assert "is called by no archetype" in told["3:3"]
    assert "wrong way round" in told["4:4"]
    assert "short link" in told["5:6"]
    assert "m from latitude and longitude" in told["6:6"]
    assert "telephone number" in told["7:1"]
    assert "98765" not in told["7:1"]
    assert mistakes(root, survey(root, rows[-2:])) == {"3:1": f"name 'f' stands at {root}/survey.csv:2:1 already"}


def test_a_wrong_phase_of_the_command_is_told_once(root: Path) -> None:
    with pytest.raises(UsageError, match=r"^--phase 'new-site' is not known; did you mean 'new-sites'\?"):
        import_survey(root, "jhansi", survey(root), phase="new-site")


def test_columns_that_are_not_known_and_no_phase(root: Path) -> None:
    heads = (*HEADS[:3], "Lattitude", "RLVD Cameras", "Hight")
    told = mistakes(root, survey(root, [("A", "", "school-gate", "", "", "")], heads))
    assert told.keys() == {"1:4", "1:5", "1:6"}
    assert told["1:5"].startswith("column 'RLVD Cameras': 'rlvd' is not one of anpr, fixed, ptz")
    assert "did you mean 'latitude'?" in told["1:4"]
    assert "no phase" in mistakes(root, survey(root), phase=None)["2:1"]
    bad = mistakes(root, survey(root, [("A", "", "school-gate", "later")], (*HEADS[:3], "Phase")))
    assert bad["2:4"].startswith("phase 'later' is not")


PERSONAL = ("Owner Name", "मोबाइल नंबर", "Contact No", "E-mail", "Name of the owner", "Surveyor", "Mobile No.")


@pytest.mark.parametrize("head", PERSONAL)
def test_personal_data_is_refused_or_passed_over_and_never_written(root: Path, head: str) -> None:
    secret = "Ramesh Kumar 9876543210"
    path = survey(root, [("A", "", "school-gate", secret)], (*HEADS[:3], head))
    told = mistakes(root, path)
    assert list(told) == ["1:4"]
    assert "personal data" in told["1:4"]
    assert "Ramesh" not in str(told)
    path = path.rename(root / "Ramesh 9876543210.csv")
    write(root, import_survey(root, "jhansi", path, phase="new-sites", drop_personal=True))
    path.unlink()
    assert not [name for name, data in texts(root).items() if b"Ramesh" in data or b"9876543210" in data]
    assert "jhs-s06" in load_city(root, "jhansi").sites


@pytest.mark.parametrize("head", ["Ward", "Type", "Phase", "PTZ", "Police Station", "Arms", "Main Road", "Site No"])
def test_a_telephone_number_in_another_column_is_not_repeated(root: Path, head: str) -> None:
    path = survey(root, [("A", "", "school-gate", "Ramesh Kumar, 98765 43210 " + "x" * 60)], (*HEADS[:3], head))
    told = mistakes(root, path)
    assert "has a telephone number in it" in told["2:4"]
    assert "Ramesh" not in str(told)
    assert "43210" not in str(told)


def test_bounds_of_the_city(root: Path) -> None:
    city = root / "cities/jhansi/city.yaml"
    bounds = "  bounds: {south: 22.0, west: 82.0, north: 22.2, east: 82.3}\n"
    text = city.read_text(encoding="utf-8")
    city.write_text(text.replace("  state: Uttar Pradesh\n", f"  state: Uttar Pradesh\n{bounds}"), encoding="utf-8")
    imported(root, survey(root))
    told = mistakes(root, survey(root, [("A", "", "school-gate", "23.5", "82.1", "", "", "")]))
    assert "not within the bounds of Jhansi" in told["2:4"]


NEAR = ("Nehru Chauk", "", "school-gate", "22.07975", "82.14092", "", "", "", "")


def test_a_place_is_one_site_unless_the_survey_says_two(root: Path) -> None:
    imported(root, survey(root))
    told = mistakes(root, survey(root, [NEAR]))  # a few metres from site 6
    assert list(told) == ["2:4"]
    assert "6 m from site 'Test Chowk', 6, at cities/jhansi/junctions/j06.yaml:11:11" in told["2:4"]
    assert "give the row the number 6" in told["2:4"]
    assert "say yes in a column 'Separate Site' (अलग स्थल)" in told["2:4"]
    twins = [("First", "", "school-gate", "22.1", "82.1"), ("Second", "", "school-gate", "22.1001", "82.1")]
    told = mistakes(root, survey(root, twins))
    assert list(told) == ["3:4"]
    assert f"11 m from row 'First' at {root}/survey.csv:2:1" in told["3:4"]
    apart = [(*NEAR, "हाँ"), *((*row, "", "", "", "", "yes") for row in twins)]
    heads = (*HEADS, "अलग स्थल")
    assert [change.new for change in imported(root, survey(root, apart, heads)).changes] == [True] * 3
    assert not imported(root, survey(root, [row[:-1] for row in apart])).files  # what is declared is not asked again


def test_a_site_that_is_moved_onto_another_one_is_told(root: Path) -> None:
    imported(root, survey(root))
    moved = [ROWS[0], (*ROWS[1][:5], "22.0797, 82.1408", *ROWS[1][6:]), ROWS[2]]
    (told,) = mistakes(root, survey(root, moved)).values()
    assert "12 m from row 'Test Chowk', 6, at" in told
    assert "correct where site 7 is" in told


def test_one_name_under_two_numbers_is_one_place_where_nobody_says_where(root: Path) -> None:
    heads = ("Site No", "Site Name", "Archetype", "Coordinates")
    rows = [("20", "Same Chowk", "school-gate", "22.1, 82.1"), ("21", "Same chowk", "school-gate", "")]
    (told,) = mistakes(root, survey(root, rows, heads)).items()
    assert told[0] == "3:2"
    assert "the name is that of row 'Same Chowk', 20, at" in told[1]
    rows[1] = (*rows[1][:3], "22.2, 82.1")  # eleven kilometres away
    assert len(imported(root, survey(root, rows, heads)).changes) == 2


def test_without_bounds_a_place_far_from_the_others_is_told(root: Path) -> None:
    far = ("Far", "", "school-gate", "28.6", "77.2", "", "", "", "")
    (told,) = mistakes(root, survey(root, [*ROWS, far])).items()
    assert told[0] == "5:4"
    assert "km from the middle of the 4 places of Jhansi" in told[1]
    (note,) = imported(root, survey(root)).notes
    assert note.startswith("cities/jhansi/city.yaml:7:3: Jhansi declares no bounds")
    city = root / "cities/jhansi/city.yaml"
    line = note.partition("`")[2].partition("`")[0]
    text = city.read_text(encoding="utf-8").replace("  state: Uttar", f"  {line}\n  state: Uttar")
    city.write_text(text, encoding="utf-8")
    more = ("More", "", "school-gate", "22.08", "82.16", "", "", "", "")
    assert imported(root, survey(root, [*ROWS, more])).notes == ()  # what it proposes holds the places
    (note,) = mistakes(root, survey(root, [*ROWS, far])).values()
    assert "not within the bounds" in note


def test_mistakes_of_reading_and_of_the_city_come_in_one_run(root: Path) -> None:
    heads = ("Site No", "Site Name", "Archetype", "Latitude", "Longitude", "Ward")
    rows = [
        ("6", "A", "palace", "22.1", "82.1", "1"),  # no such archetype
        ("900", "B", "school-gate", "22.2", "82.1", "1"),  # more than the network plan has room for
        ("7", "C", "ITMS", "22.3", "82.1", "1"),  # a group of cameras that the city does not have
        ("8", "D", "school-gate", "22.40001", "82.1", "1"),
        ("9", "E", "school-gate", "22.4", "82.1", "1"),  # the place of the one above
        ("10", "F", "school-gate", "22.5", "82.1", "twelve"),
    ]
    assert list(mistakes(root, survey(root, rows, heads))) == ["2:3", "3:3", "4:3", "6:4", "7:6"]


def test_what_does_not_fit_the_city_is_told_at_its_row(root: Path) -> None:
    heads = ("Site No", "Site Name", "Archetype")
    told = mistakes(
        root, survey(root, [("6", "A", "school-gate"), ("900", "B", "school-gate"), ("7", "C", "ITMS")], heads)
    )
    assert list(told) == ["3:3", "4:3"]
    assert told["4:3"].startswith("camera group 'rlvd' is not one of anpr, fixed, ptz")
    assert list(mistakes(root, survey(root, [("6", "A", "school-gate"), ("900", "B", "school-gate")], heads))) == [
        "3:3"
    ]


def test_nothing_is_left_when_writing_fails(root: Path) -> None:
    made = import_survey(root, "jhansi", survey(root), phase="new-sites")
    (root / "cities/jhansi/city.yaml").write_text("schema: city/v1\n", encoding="utf-8")
    before = texts(root)
    with pytest.raises((DeclarationError, UsageError)):
        write(root, made)
    assert texts(root) == before


def test_the_command(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    path = str(survey(root))
    before = texts(root)

    def ran(*words: str) -> tuple[int, str]:
        said = CliRunner().invoke(cli, ["survey", "import", "jhansi", path, *words], standalone_mode=False)
        return said.return_value, said.stdout

    assert ran("--phase", "new-sites", "--dry")[0] == 2
    assert texts(root) == before
    code, text = ran("--phase", "new-sites", "--yes", "--format", "json")
    assert code == 0
    data = json.loads(text)
    assert [site["new"] for site in data["sites"]] == [True] * 3
    assert data["written"]
    assert ran("--phase", "new-sites", "--yes") == (
        0,
        "Survey of Jhansi\n\n0 new, 0 changed, 3 as they are, 0 conflicts; 0 files.\n",
    )


def test_five_hundred_rows_take_seconds(root: Path) -> None:
    city = root / "cities/jhansi/city.yaml"
    text = city.read_text(encoding="utf-8")
    text = text.replace("prefix: 10.88.0.0/16, per_site: 24", "prefix: 10.88.0.0/16, per_site: 27")
    text = text.replace("prefix: 10.89.0.0/16, per_site: 24", "prefix: 10.89.0.0/16, per_site: 26")
    text = text.replace(
        "first_vlan: 400, prefix: 10.91.0.0/16, per_site: 24", "first_vlan: 2000, prefix: 10.91.0.0/16, per_site: 26"
    )
    city.write_text(text, encoding="utf-8")
    rows = [
        (f"Pole {n}", f"पोल {n}", "surveillance pole", f"{22 + n / 2000:.4f}", "82.14", "", "", "") for n in range(500)
    ]
    began = time.process_time()
    made = imported(root, survey(root, rows))
    took = time.process_time() - began
    assert len([change for change in made.changes if change.new]) == 500
    assert len(load_city(root, "jhansi").cameras) == 33 + 1500
    assert took < 8, took
