"""The lines that change a switch user's password, and those that take it back, on each platform that is written to."""

from __future__ import annotations

from pathlib import Path

import pytest

from iccc.secrets import Secret
from iccc.switch.changes import one_step
from iccc.switch.platform import Level
from iccc.switch.platforms import PLATFORMS
from iccc.switch.state import User
from iccc.switch.steps import Edit, Phase, Step, Unsayable
from tests.switch.casefiles import ROOT, wish

TEMPLATES = Path(__file__).parents[2] / "templates"
NEW = Secret("New-Pass.word1")
CASES = {
    "cisco_ios": "access_list_edited",
    "aruba_aoscx": "camera_port_without_routed_ports",
    "juniper_junos": "factory_ports",
}
LINES = {
    "cisco_ios": "username admin privilege 15 secret New-Pass.word1",
    "aruba_aoscx": "user admin group administrators password plaintext New-Pass.word1",
    "juniper_junos": 'set system login user admin authentication encrypted-password "$6$',  # its hash
}


def steps(platform: str, running: str = "") -> tuple[Step, ...]:
    case = ROOT / platform / CASES[platform]
    texts = [running or (case / "running.txt").read_text(encoding="utf-8")]
    texts += [text.read_text(encoding="utf-8") for text in sorted(case.glob("show_*.txt"))]
    model = PLATFORMS[platform].read(*texts)
    users = model.state().users
    assert isinstance(users, dict) and isinstance(users["admin"], User)
    _, keep = wish((case / "wanted.yaml").read_text(encoding="utf-8"))
    edit = Edit("users", "admin", "", users["admin"], User(15, NEW))
    return one_step(PLATFORMS[platform], model, Phase.MANAGEMENT, edit, keep, TEMPLATES)


def test_every_platform_that_is_written_to_has_a_case() -> None:
    assert CASES.keys() == {name for name, one in PLATFORMS.items() if one.level is Level.DEPLOY}


@pytest.mark.parametrize("platform", CASES)
def test_the_new_password_is_set_and_what_it_was_comes_back(platform: str) -> None:
    change, save = steps(platform)
    assert change.lines[-1].startswith(LINES[platform]) and save.phase is Phase.SAVE
    case = ROOT / platform / CASES[platform]
    before = (case / "running.txt").read_text(encoding="utf-8")
    assert change.undoes[-1].split()[-1] in before, "the hash that the switch itself had shown"
    assert change.undoes[-1] not in change.lines
    assert not any(NEW.reveal() in line or "$6$" in line for line in (*change.shown(), *change.shown_undoes()))


def test_a_user_that_ios_would_refuse_a_secret_for_is_left_to_a_person() -> None:
    running = (ROOT / "cisco_ios" / CASES["cisco_ios"] / "running.txt").read_text(encoding="utf-8")
    kind = next(line for line in running.splitlines() if line.startswith("username admin"))
    with pytest.raises(Unsayable, match="IOS takes no secret beside it"):
        steps("cisco_ios", running.replace(kind, "username admin privilege 15 password 7 094F471A1A0A"))
