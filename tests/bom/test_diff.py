"""Two revisions of a bill: what changed and why; nothing of the working tree is touched."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iccc.bom.diff import BillSide, Position, compare_bills
from iccc.cli.main import cli
from iccc.errors import DeclarationError, UsageError
from tests.sizing.cities import ROOT

DEMO = str(ROOT / "catalogue/rates/demo-FAKE.csv")
SITE = "cities/bilaspur/junctions/j01.yaml"


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=planner", "-c", "user.email=planner@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, "-C", str(folder), *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bilaspur as shipped is tag v1; v2 has two more cameras at a site, a site less, and another share of spares."""
    folder = tmp_path_factory.mktemp("repository")
    shutil.copy(ROOT / "pyinfra.cfg", folder)
    for name in ("catalogue", "templates/recorder", "cities/bilaspur"):
        shutil.copytree(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    git(folder, "tag", "v1")
    change(folder / SITE, "group: fixed, slot: 1, count: 10", "group: fixed, slot: 1, count: 12")
    change(folder / "catalogue/boq-items.yaml", "spares_pct: 5", "spares_pct: 10")
    (folder / "cities/bilaspur/junctions/j23.yaml").unlink()
    core = folder / "cities/bilaspur/core.yaml"
    change(core, "sites: [21, 22, 23]", "sites: [21, 22]")
    change(core, "spans_m: [2600, 1300, 1800, 2500]", "spans_m: [2600, 1300, 1800]")
    git(folder, "commit", "-qam", "second")
    git(folder, "tag", "v2")
    git(folder, "tag", "sanctioned")
    return folder


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def state(folder: Path) -> dict[str, str]:
    """Every file below the folder, git's index and refs too."""
    files = [path for path in folder.rglob("*") if path.is_file() and "objects" not in path.parts]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def ran(*words: str) -> Result:
    return CliRunner().invoke(cli, ["bom-diff", "bilaspur", *words], catch_exceptions=False, standalone_mode=False)


def test_two_revisions_with_amounts_and_causes(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    before = state(repository)
    said = ran("v1", "v2", "--rates", DEMO, "--format", "json")
    assert said.return_value == 2
    assert state(repository) == before
    data = json.loads(said.stdout)
    assert (data["version"], data["kind"], data["before"], data["after"]) == (1, "bom-diff", "v1", "v2")
    changes = {change["item"]: change for change in data["changes"]}
    cameras = changes["A.1.1"]
    assert cameras["change"] == "changed"
    assert cameras["difference"]["quantity"] == cameras["after"]["quantity"] - cameras["before"]["quantity"] == 2 - 9
    assert any(f"{SITE} 10 → 12" in why for why in cameras["why"])
    assert any(why.startswith("gone: cities/bilaspur/junctions/j23.yaml -9") for why in cameras["why"])
    for change_ in data["changes"]:
        sides = [side for side in (change_["before"], change_["after"]) if side]
        assert all(side["total"] is not None for side in sides)
        assert change_["why"], change_
    spares = [each for each in data["changes"] if any(why.startswith("spares ") for why in each["why"])]
    assert spares
    steps = {step["name"]: step for step in data["steps"]}
    assert Decimal(steps["total"]["difference"]) == Decimal(steps["total"]["after"]) - Decimal(steps["total"]["before"])


def test_the_other_way_round_is_the_same_with_other_signs(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    there = json.loads(ran("v1", "v2", "--format", "json").stdout)["changes"]
    back = json.loads(ran("v2", "v1", "--format", "json").stdout)["changes"]
    other = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {(c["item"], c["phase"], c["change"], c["difference"]["quantity"]) for c in there} == {
        (c["item"], c["phase"], other[c["change"]], -c["difference"]["quantity"]) for c in back
    }


def test_csv_and_text_mark_made_up_rates(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    rows = list(csv.DictReader(io.StringIO(ran("v1", "v2", "--rates", DEMO, "--format", "csv").stdout[1:])))
    assert len(rows) > 20
    assert {row["Rates"] for row in rows} == {"FAKE RATES"}
    text = ran("v1", "v2", "--rates", DEMO).stdout
    assert text.startswith("FAKE RATES, NOT A PRICE")
    assert "FAKE" not in ran("v1", "v2").stdout


def test_a_revision_of_the_same_files_differs_in_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    said = ran("v1", "v1", "--rates", DEMO)
    assert said.return_value == 0
    assert "none added, none removed, none changed" in said.stdout


def test_the_working_tree_says_what_is_not_committed(
    repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(repository, copy)
    monkeypatch.chdir(copy)
    assert "to working tree\n" in ran("v2").stdout
    change(
        copy / SITE,
        "group: ptz, slot: 21, count: 1, ports: 1",
        "group: ptz, slot: 21, count: 1, ports: 1, audio: false",
    )
    said = ran("v2")
    assert f"working tree (not committed: {SITE})" in said.stdout
    assert said.return_value == 0


def test_folders_and_json_files(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(repository)
    former = tmp_path / "former.json"
    for more in ((), ("--rates", DEMO)):
        CliRunner().invoke(
            cli, ["bom", "bilaspur", "--format", "json", "-o", str(former), *more], standalone_mode=False
        )
        assert ran(str(former), "v2").return_value == 0
        assert ran(str(former), str(repository)).return_value == 0
        assert ran(str(former), str(repository / "cities/bilaspur")).return_value == 0
        assert ran(str(former), "v1").return_value == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sanctoned",), "'sanctoned' is no revision of this repository and no folder; did you mean 'sanctioned'?"),
        (("--", "--output=x"), "'--output=x' is no revision"),
        (("v1", "--phase", "existng"), "did you mean 'existing'?"),
        (("v1", "nowhere/else"), "'nowhere/else' is no revision of this repository and no folder"),
    ],
)
def test_what_is_not_there(
    repository: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(repository)
    with pytest.raises(UsageError) as told:
        ran(*words)
    assert message in str(told.value)


def test_a_revision_from_before_a_file_takes_that_of_the_working_tree(
    repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(repository, copy)
    monkeypatch.chdir(copy)
    estimate, assumptions = copy / "catalogue/estimate.yaml", copy / "catalogue/assumptions.yaml"
    kept, lines = estimate.read_bytes(), assumptions.read_text(encoding="utf-8").splitlines(keepends=True)
    estimate.unlink()
    assumptions.write_text("".join(line for line in lines if not line.startswith("  growth:")), encoding="utf-8")
    git(copy, "commit", "-qam", "before")
    estimate.write_bytes(kept)
    assumptions.write_text("".join(lines), encoding="utf-8")
    said = ran("HEAD", "v2", "--rates", DEMO)
    assert said.return_value == 0
    assert "HEAD does not have catalogue/estimate.yaml yet: taken from the working tree" in said.stderr
    assert "HEAD does not have growth of catalogue/assumptions.yaml yet" in said.stderr


def test_a_city_that_did_not_exist_and_mistakes_of_a_revision(
    repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(repository, copy)
    monkeypatch.chdir(copy)
    change(copy / SITE, "type: junction", "type: junktion")
    git(copy, "commit", "-qam", "broken")
    git(copy, "revert", "--no-edit", "HEAD")
    with pytest.raises(DeclarationError) as told:
        ran("HEAD~1")
    assert str(told.value.mistakes[0]).startswith(f"HEAD~1:{SITE}:7:7: ")
    git(copy, "rm", "-rq", "cities/bilaspur")
    git(copy, "commit", "-qm", "gone")
    with pytest.raises(UsageError, match="revision HEAD has no cities/bilaspur"):
        ran("HEAD", "v1")


ROW = (
    '{"item": "A.1", "phase": "one", "description": "thing", "unit": "no.", "quantity": 3, "spares": 0, '
    '"derivation": "", "comes_from": "", "rate": null}'
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "no JSON: "),
        ("[]", "of kind nothing"),
        ('{"kind": "size", "rows": []}', "of kind 'size'; what is read is JSON of `iccc bom`"),
        ('{"kind": "bom", "version": 2, "rows": []}', "has version 2"),
        ('{"kind": "bom", "version": 1, "rows": [{"item": "A.1"}]}', "row 1 of rows is not one of `iccc bom`"),
        ('{"kind": "bom", "version": 1, "rows": [7]}', "row 1 of rows"),
        ('{"kind": "bom", "version": 1, "rows": [' + ROW.replace("3", "NaN") + "]}", "quantity nan"),
        ('{"kind": "bom", "version": 1, "rows": [' + ROW.replace("3", "1e308") + "]}", "quantity 1e+308"),
        ('{"kind": "bom", "version": 1, "rows": [' + ROW.replace("3", "9" * 5000) + "]}", "is no JSON of `iccc bom`"),
        ('{"kind": "bom", "version": 1, "rows": [' + ROW.replace("null", '"1e999999"') + "]}", "no amount"),
        ('{"kind": "estimate", "version": 1, "rows": [], "steps": [{"name": "a", "amount": "NaN"}]}', "no amount"),
        ('{"kind": "estimate", "version": 1, "rows": [], "steps": [{"name": "a", "amount": "x"}]}', "no amount"),
    ],
)
def test_json_that_is_no_bill(
    repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, message: str
) -> None:
    monkeypatch.chdir(repository)
    file = tmp_path / "bill.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises((UsageError, DeclarationError)) as told:
        ran(str(file))
    assert message in str(told.value)


def test_a_bill_of_another_phase_is_told(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(repository)
    file = tmp_path / "bill.json"
    file.write_text('{"kind": "bom", "version": 1, "rows": [' + ROW + "]}", encoding="utf-8")
    assert f"{file} is of one: --phase compares one phase alone" in ran(str(file), "v1").stderr.replace("\n", "")
    assert "compares one phase" not in ran("v1", "v2").stderr


def position(item: str, quantity: int, derivation: str = "", **sources: float) -> Position:
    places = tuple((f"{name}.yaml:3:5", count) for name, count in sources.items())
    return Position(item, "one", "thing", "no.", quantity, 0, derivation, places)


def test_factors_are_told_where_nothing_else_moved() -> None:
    before = BillSide("a", (position("A.1", 4, "4 camera", j01=4), position("B.1", 2, "2 sites", j01=2)))
    after = BillSide("b", (position("A.1", 8, "4 camera × 2", j01=4), position("C.1", 1, "1 sites", j02=1)))
    diff = compare_bills(before, after)
    assert [(change.kind, change.either.item) for change in diff.changes] == [
        ("changed", "A.1"), ("removed", "B.1"), ("added", "C.1"),
    ]  # fmt: skip
    assert diff.changes[0].causes == ("4 camera → 4 camera × 2",)
    assert diff.changes[1].causes == ("j01.yaml -2",)
    assert diff.changes[2].causes == ("new: j02.yaml +1",)
    assert diff.same == 0
