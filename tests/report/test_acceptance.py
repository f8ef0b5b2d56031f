"""The acceptance report and the counts: what has no evidence is unknown, never passed and never 0."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from rich.cells import cell_len

from iccc.cli.main import cli
from iccc.report.acceptance import Acceptance, accepted, as_html, as_json
from iccc.report.counts import STAGES, Count, counted, write_counts
from iccc.report.table import WIDTH
from iccc.report.verify import Check
from tests.support import NOW
from tests.unit.states import bilaspur, kanpur

ROOT = Path(__file__).parents[2]
CITY = bilaspur()
KANPUR = kanpur()
PLACE = "bsp-j01"
CAMERAS = [camera for camera in CITY.cameras.values() if camera.site == PLACE]
EVIL = "<script>alert(1)</script>\x1b[2J"


def check(device: str, check: str, outcome: str = "pass", text: str = "", at: datetime = NOW) -> Check:  # noqa: PLR0917
    return {
        "device": device, "site": CITY.device(device).site, "check": check, "of": device, "outcome": outcome,
        "text": text, "at": at.isoformat(), "target": "lab", "declaration": CITY.digest[:12],
    }  # fmt: skip


def evidence() -> list[Check]:
    """All of one junction answer; one is not recorded, and of one nobody knows."""
    found = [check(camera.name, "reachable") for camera in CAMERAS]
    outcomes = {CAMERAS[0].name: "fail", CAMERAS[1].name: "unknown"}
    return found + [
        check(c.name, "recorded", outcomes.get(c.name, "pass"), f"{c.name} {EVIL}", NOW + timedelta(minutes=3))
        for c in CAMERAS
    ]


def report(checks: list[Check]) -> Acceptance:
    return accepted(CITY, list(CITY.devices()), checks, counted(CITY, checks, NOW), "lab", NOW, ["a note & more"])


def row(of: str, checks: list[Check]) -> dict[str, Count]:
    return dict(next(one for one in counted(CITY, checks, NOW) if one.key == of).stages)


def test_counts_of_a_place_that_was_verified_and_of_one_that_was_not() -> None:
    found = row(PLACE, evidence())
    assert {stage: str(count) for stage, count in found.items()} == {
        "sanctioned": "23", "planned": "23", "installed": "23", "reachable": "23", "recording": "21 + 1 unknown",
    }  # fmt: skip
    assert found["recording"].evidence == "verification 2025-07-31 12:03 IST"
    assert CITY.digest[:12] in found["installed"].evidence
    other = row("bsp-j02", evidence())
    assert (str(other["installed"]), str(other["reachable"]), str(other["recording"])) == ("23", "unknown", "unknown")
    assert other["recording"].evidence == "not verified"
    assert str(row("bilaspur", evidence())["reachable"]) == "23 + 500 unknown"


def test_published_heads_without_devices_are_unknown_and_never_0() -> None:
    rows = {one.key: one for one in counted(KANPUR, [], NOW)}
    banks, hotels, hospitals = (rows[head].stages for head in ("banks-atms", "hotels", "hospitals"))
    assert (str(banks["planned"]), str(banks["installed"])) == ("428", "428")
    assert "2023-02-06" in banks["installed"].evidence
    assert {str(count) for count in hotels.values()} == {"unknown"}
    assert str(hospitals["installed"]) == "9 + unknown"  # 200 are planned, and nobody says how many are there
    for one in rows.values():
        if one.level == "head":
            assert all(str(one.stages[stage]) == "unknown" for stage in ("sanctioned", "reachable", "recording"))
            assert "0" not in map(str, one.stages.values())


def test_counts_as_json_have_null_for_what_is_unknown() -> None:
    told = json.loads(write_counts("json", KANPUR, counted(KANPUR, [], NOW), "lab", ["n"]))
    assert (told["version"], told["kind"], told["target"]) == (1, "counts", "lab")
    hotels = next(one for one in told["rows"] if one["of"] == "hotels")
    assert hotels["stages"]["recording"] == {
        "count": None, "unknown": None, "evidence": "no device of it is looked at",
    }  # fmt: skip


def test_counts_fit_a_terminal_and_tell_what_nobody_knows() -> None:
    some = counted(KANPUR, [], NOW)
    many = Count(1_291, 428, "a source")
    longest = replace(some[0], name="नगर निगम " * 20, stages=dict.fromkeys(STAGES, many))
    text = write_counts("text", KANPUR, [longest, *some], "lab", ["a note " * 40]).decode()
    assert max(cell_len(line) for line in text.splitlines()) <= WIDTH
    assert "1,291 + 428 ?" in text and "note: a note" in text
    assert "Reachable and recording: a source; not verified" in text
    (junction,) = (line for line in text.splitlines() if line.startswith("junction"))
    assert junction.split() == ["junction", "624", "624", "624", "?", "?"]


def test_every_place_and_recorder_is_there_with_what_it_comes_to() -> None:
    told: dict[str, Any] = json.loads(as_json(report(evidence())))
    assert (told["version"], told["kind"], told["target"]) == (1, "acceptance", "lab")
    places = {one["key"]: one for one in told["places"]}
    assert places.keys() == {*CITY.sites, "core"} and len(told["recorders"]) == len(CITY.recorders)
    assert places[PLACE]["outcome"] == "fail" and places["bsp-j02"]["outcome"] == "unknown"
    assert places[PLACE]["summary"]["needs_human"] == 23  # where the lenses look
    switches = [one for one in places[PLACE]["checks"] if "-sw" in one["device"]]
    assert {(one["check"], one["outcome"]) for one in switches} == {("verified", "unknown")}  # without evidence
    recorder = next(one for one in told["recorders"] if one["key"] == CAMERAS[0].recorder)
    assert recorder["outcome"] == "fail" and {one["check"] for one in recorder["checks"]} == {"verified", "recorded"}
    other = next(one for one in told["recorders"] if not any("j01" in name for name in one["devices"]))
    looked = [one["outcome"] for one in other["checks"] if one["check"] == "recorded"]
    assert looked and set(looked) == {"unknown"}  # a recorder is not accepted while nobody has looked at its cameras
    assert all(one["at"] for one in places[PLACE]["checks"] if one["check"] == "recorded")
    assert sum(told["summary"].values()) == sum(len(one["checks"]) for one in told["places"])


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [str(value) for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_escaped_and_needs_nothing_else() -> None:
    text = as_html(report(evidence()), ROOT / "templates" / "report").decode()
    page = Page(text)
    assert page.open == [] and "script" not in page.tags and "\x1b" not in text
    assert "&lt;script&gt;" in text and "a note &amp; more" in text
    assert all(link.startswith("#") for link in page.links) and "url(" not in text
    assert f'id="{PLACE}"' in text and "12:03 IST" in text and "needs human" in text
    assert re.search(r"Target: <b>lab</b>", text)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli, ["report", "bilaspur", *arguments], standalone_mode=False)


def test_evidence_of_another_target_or_declaration_is_told(tmp_path: Path) -> None:
    file = tmp_path / "verify.jsonl"
    lines = evidence()
    lines[0]["target"], lines[1]["declaration"] = "live", "0" * 12
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    made = tmp_path / "acceptance.json"
    assert run("acceptance", "--evidence", str(file), "-o", str(made)).exit_code == 0
    notes = json.loads(made.read_text(encoding="utf-8"))["notes"]
    assert any(note.startswith("1 checks of another target than lab are left out") for note in notes)
    assert any(note.startswith("1 checks are of another declaration") for note in notes)
    assert str(run("counts", "--format", "html").exception).startswith("counts is written as text, csv, json, xlsx")
    file.write_text("no JSON\n", encoding="utf-8")
    assert "it is no evidence of iccc verify" in str(run("counts", "--evidence", str(file)).exception)
