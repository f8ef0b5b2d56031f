"""Plan, drift, deploy and verification as text and JSON, on a city that is read by hand."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from iccc import fleet
from iccc.compare import Unread
from iccc.deploy import Deployed, Row
from iccc.drift.all import findings
from iccc.drift.suppress import Judged
from iccc.drift.view import View
from iccc.errors import Reason
from iccc.observed import Observed, Status
from iccc.plan import make_plan
from iccc.report.commands import commands_text
from iccc.report.deploy import deployed_json, deployed_text
from iccc.report.drift import WRITERS
from iccc.report.drifted import Drifted
from iccc.report.plan import FEW, GUARDED, plan_json, plan_text
from iccc.report.table import WIDTH
from iccc.report.verify import load_checks, verify_text
from iccc.state.findings import Known
from iccc.survey import Survey
from iccc.switch.platform import Level
from iccc.switch.preview import REFUSED, Preview
from tests.support import NOW, rows_of
from tests.unit.states import as_declared, bilaspur, silent

CITY = bilaspur()
EVIL = "\x1b[2J\x9b31m\nNo changes: 629 devices are as declared."


def survey(*changed: Observed[Any, Any]) -> Survey:
    """The devices of two junctions, read so; those that are not named are as declared."""
    devices = [device for device in CITY.devices() if device.site in ("core", "bsp-j01", "bsp-j02")]
    devices += [CITY.device(seen.device) for seen in changed if CITY.device(seen.device) not in devices]
    observed = {device.name: as_declared(device, CITY) for device in devices} | {seen.device: seen for seen in changed}
    wanted = fleet.wanted_all(devices, CITY)
    plan = make_plan(CITY, "lab", NOW, devices, wanted, observed)
    return Survey(devices, wanted, observed, plan, findings(View(CITY, plan, observed, NOW)))


def drifted(seen: Survey, known: dict[str, Known] | None = None) -> Drifted:
    unread = tuple(device.device for device in seen.plan.unknown)
    judged = Judged(tuple(seen.findings))
    return Drifted(CITY, "lab", NOW, seen.plan.declaration, len(seen.devices), unread, judged, known or {})


def drift_text(seen: Survey, known: dict[str, Known] | None = None) -> str:
    return WRITERS["text"](drifted(seen, known)).decode()


def changed(name: str, **values: Any) -> Observed[Any, Any]:
    seen = as_declared(CITY.device(name), CITY)
    return replace(seen, state=replace(seen.state, **values))


def lines(text: str) -> list[str]:
    return text.splitlines()


def test_nothing_to_change_is_one_sentence() -> None:
    text = plan_text(CITY, survey())
    assert text.endswith("devices are as declared.\n")
    assert "\n\n\n" not in text
    assert drift_text(survey()).startswith("Drift of Bilaspur (lab): ")


def test_few_changes_are_listed_with_seen_wanted_and_line() -> None:
    text = plan_text(CITY, survey(changed("bsp-j01-c01", hostname="spare")))
    assert "bsp-j01-c01\n  hostname: spare -> bsp-j01-c01   cities/bilaspur/junctions/j01.yaml:19:5\n" in text
    assert lines(text)[-1] == "1 change on 1 device."


def test_what_a_change_interrupts_is_said() -> None:
    camera = CITY.cameras["bsp-j01-c01"]
    seen: Any = as_declared(CITY.switches[camera.switch], CITY)
    ports = {**seen.state.ports, camera.port: replace(seen.state.ports[camera.port], poe=False)}
    text = plan_text(CITY, survey(replace(seen, state=replace(seen.state, ports=ports))))
    assert f"Interrupts: the camera on the port starts or loses power: {camera.switch}" in text


def test_a_plan_says_what_is_refused_without_an_option() -> None:
    network = replace(fleet.wanted(CITY.cameras["bsp-j01-c01"], CITY).state.network, gateway="10.82.1.9")
    text = plan_text(CITY, survey(changed("bsp-j01-c01", network=network)))
    assert "  network.gateway: 10.82.1.9 -> 10.82.1.1   " in text
    assert "Refused without --allow-network, for a wrong address takes a device away: bsp-j01-c01" in lines(text)


def test_a_plan_for_switches_says_that_guards_have_the_last_word() -> None:
    text = plan_text(CITY, survey(changed("bsp-j01-sw1", hostname="spare")))
    assert GUARDED in lines(text)
    assert GUARDED not in plan_text(CITY, survey(changed("bsp-j01-c01", hostname="spare")))


def test_commands_count_what_would_be_refused() -> None:
    refused = Preview("a", "cisco_ios", Level.DEPLOY, problem=f"{REFUSED}x")
    text = commands_text([refused, Preview("b", "cisco_ios", Level.DEPLOY, problem="no answer"), refused])
    assert lines(text)[-1] == "2 devices would be refused as things stand."
    assert "would be" not in commands_text([Preview("b", "cisco_ios", Level.DEPLOY, problem="no answer")])


def test_many_changes_are_sums_by_place_and_setting() -> None:
    names = [name for name, camera in CITY.cameras.items() if camera.site in ("bsp-j01", "bsp-j02", "bsp-j03")]
    seen = survey(*(changed(name, hostname="x") for name in names))
    assert len(names) > FEW
    text = plan_text(CITY, seen)
    assert re.search(r"(?m)^bsp-j01 +23 cameras +23 changes  Nehru Chowk$", text)
    assert f"camera hostname {len(names)}" in text
    assert "hostname: x" not in text
    assert f"{len(names)} settings differ" in drift_text(seen)


def test_what_is_unknown_is_never_as_declared() -> None:
    seen = survey(silent(CITY.cameras["bsp-j01-c01"]), changed("bsp-j01-c02", users=Unread(Reason.BAD_ANSWER, "cut")))
    text = plan_text(CITY, seen)
    assert "as declared" not in text
    assert "Not reached:" in text and "bsp-j01-c02  users: cut" in text
    assert lines(text)[-1] == "No changes; 2 devices unknown, wholly or in part."


def test_a_dead_switch_is_told_once_with_what_is_behind_it() -> None:
    cameras = sorted(name for name, camera in CITY.cameras.items() if camera.switch == "bsp-j01-sw1")
    seen = survey(silent(CITY.switches["bsp-j01-sw1"]), *(silent(CITY.cameras[name]) for name in cameras))
    text = drift_text(seen, {seen.findings[0].id: Known(datetime(2025, 7, 30, 6, 30, tzinfo=UTC), 1, 3)})
    assert text.count("critical") == 1 and "does not answer" in text
    assert f"unknown behind it: {len(cameras)} ({', '.join(cameras)})" in text
    assert "since 2025-07-30 12:00 IST; came back 1 time in 24 h, 3 in 7 days" in text


@pytest.mark.parametrize("report", ["plan", "drift", "deploy", "verify"])
def test_no_report_repeats_what_would_drive_a_terminal(report: str) -> None:
    unread = replace(silent(CITY.cameras["bsp-j01-c03"]), state=Unread(Reason.NO_ANSWER, EVIL))
    seen = survey(
        changed("bsp-j01-c01", hostname=EVIL, users=Unread(Reason.BAD_ANSWER, EVIL)),
        changed("bsp-j01-c02", location={"city": EVIL}),
        unread,
    )
    text = {
        "plan": lambda: plan_text(CITY, seen),
        "drift": lambda: drift_text(seen),
        "deploy": lambda: deployed_text(CITY, Deployed([Row("bsp-j01-c01", "users", Status.FAILED, EVIL)], []), []),
        "verify": lambda: verify_text(CITY, [CHECK | {"outcome": "fail", "text": EVIL}], Path("x"), Path("y")),
    }[report]()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert "No changes: 629 devices are as declared." not in lines(text)


CHECK = {
    "device": "bsp-j01-c01", "site": "bsp-j01", "check": "reachable", "of": "bsp-j01-c01",
    "outcome": "pass", "text": "answers", "at": "2025-07-31T06:30:00+00:00",
}  # fmt: skip


def test_verify_tells_failures_before_hints_and_hints_before_what_is_unknown() -> None:
    checks = [CHECK | {"outcome": outcome, "text": outcome} for outcome in ("unknown", "pass", "warn", "fail", "pass")]
    told = verify_text(CITY, checks, Path("x"), Path("y")).splitlines()
    assert told[2:4] == ["place      pass   fail  unknown   warn", "bsp-j01       2      1        1      1"]
    assert [line.split()[0] for line in told[-5:-2]] == ["fail", "warn", "unknown"]
    assert told[-2] == "2 passed, 1 failed, 1 unknown, 1 with a hint."
    assert "warn" not in verify_text(CITY, checks[:2], Path("x"), Path("y"))


def test_the_json_of_a_plan_and_of_drift_says_the_same_as_the_text() -> None:
    seen = survey(changed("bsp-j01-c01", hostname="spare"), silent(CITY.cameras["bsp-j02-c01"]))
    plan, drift = json.loads(plan_json(seen)), json.loads(WRITERS["json"](drifted(seen)))
    assert (plan["version"], plan["kind"], plan["summary"]["changes"], plan["summary"]["unknown"]) == (1, "plan", 1, 1)
    assert (drift["version"], drift["kind"], drift["summary"]["findings"]) == (2, "drift", 2)
    assert (drift["summary"]["config"], drift["summary"]["reach"], drift["summary"]["observability"]) == (1, 1, 0)
    reach, config = drift["findings"]
    assert (config["wanted"], config["seen"], config["where"]) == (
        "bsp-j01-c01", "spare", "cities/bilaspur/junctions/j01.yaml:19:5",
    )  # fmt: skip
    assert reach["first_seen"] == NOW.isoformat()


def test_a_deploy_that_did_all_says_so() -> None:
    rows = [Row("bsp-j01-c01", "hostname", Status.APPLIED, ""), Row("bsp-j01-c01", "users[x]", Status.APPLIED, "")]
    text = deployed_text(CITY, Deployed(rows, []), [])
    assert lines(text)[-1] == "2 changes applied and read back on 1 device."
    assert re.search(r"(?m)^bsp-j01 .*applied 2$", text)


def test_a_deploy_lists_what_was_not_applied_missed_and_why_it_stopped() -> None:
    rows = [
        Row("bsp-j01-c01", "hostname", Status.APPLIED, ""),
        Row("bsp-j01-c02", "encoders[main].fps", Status.CLAMPED, "20"),
        Row("bsp-core1", "", Status.REFUSED, "guarded"),
    ]
    result = Deployed(rows, ["bsp-j01-c03"], "the failure budget is used up")
    text = deployed_text(CITY, result, ["bsp-j02-c01"])
    for said in (
        "bsp-j01-c02  encoders[main].fps: clamped  20",
        "bsp-core1  all: refused  guarded",
        "Not tried: bsp-j01-c03",
        "Stopped: the failure budget is used up",
        "2 not applied",
        "1 device unknown",
    ):
        assert said in text
    data = json.loads(deployed_json(CITY, result, ["bsp-j02-c01"]))
    assert data["summary"] == {"devices": 3, "applied": 1, "clamped": 1, "refused": 1, "unknown": 1}
    assert (data["missed"], data["stopped"]) == (["bsp-j01-c03"], "the failure budget is used up")
    assert [row["status"] for row in data["rows"]] == ["applied", "clamped", "refused"]


def test_a_deploy_of_nothing_says_so() -> None:
    assert "Nothing to do" in deployed_text(CITY, Deployed([], []), [])


def test_a_verification_sums_by_place_and_check_and_lists_what_is_not_a_pass(tmp_path: Path) -> None:
    checks = [CHECK, CHECK | {"check": "clock", "outcome": "fail", "text": "90 s off"},
              CHECK | {"site": "bsp-j02", "outcome": "unknown", "text": "no answer"}]  # fmt: skip
    evidence = tmp_path / "verify.jsonl"
    evidence.write_text("".join(json.dumps(check) + "\n" for check in checks))
    assert load_checks(evidence) == checks
    text = verify_text(CITY, checks, tmp_path / "verify.xml", evidence)
    assert re.search(r"(?m)^bsp-j01 +1 +1 +0$", text) and re.search(r"(?m)^reachable +1 +0 +1$", text)
    assert "fail     clock bsp-j01-c01: 90 s off" in text and "unknown  reachable bsp-j01-c01: no answer" in text
    assert "1 passed, 1 failed, 1 unknown." in text


def test_a_long_reason_of_a_verification_fits_a_terminal_and_stays_one_row() -> None:
    long = "no answer within 5 s " * 20
    text = verify_text(CITY, [CHECK | {"outcome": "unknown", "text": long}], Path("x"), Path("y"))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert f"unknown reachable bsp-j01-c01: {long.strip()}" in rows_of(text)
