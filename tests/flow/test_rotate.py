"""New passwords, from the command line, on the lab's cameras."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from iccc.secrets import Secret, device_secret
from iccc.sessions.reach import USERS_REFUSED
from iccc.state.learned import StoredLearned
from iccc.state.store import open_store
from tests.flow.town import Town

ONE, FOREIGN, HELD = "bsp-j01-c01", "bsp-j01-c02", "bsp-j01-c03"
WHY = ("--reason", "yearly")
USERS = ("--user", "iccc", "--user", "admin")  # recorders pull with the third
HOLD = (
    "schema: evidence-holds/v1\nevidence_hold:\n"
    f"  - {{scope: {HELD}, until: 2099-12-31, ordered_on: 2026-02-01, ordered_by: District Court, reason: accident}}\n"
)
Passwords = dict[tuple[str, str], str]


def rotate(town: Town, *arguments: str, code: int = 0) -> dict[str, dict[str, Any]]:
    """The rows of ``iccc rotate CITY``, by camera."""
    done = town.iccc("rotate", *arguments, *WHY, "--yes", "--format", "json", code=code)
    return {row["device"]: row for row in done.json["rows"]}


def in_force(town: Town, device: str, passwords: Passwords) -> set[str]:
    """The users of a camera who would be let in with these passwords."""
    logins = [(user, text) for (name, user), text in passwords.items() if name == device]
    known = town.hand.lab.has_logins(device, logins)
    return {user for (user, _), there in zip(logins, known, strict=True) if there}


def left_over(town: Town) -> list[str]:
    """Passwords that wait for the end of their rotation."""
    return [name for name in town.secret_file().names() if name.startswith("next/")]


def test_new_passwords_are_in_force_and_what_cannot_have_one_keeps_the_old(deployed: Town) -> None:
    town = deployed
    (town.cities / "evidence-holds.yaml").write_text(HOLD, encoding="utf-8")
    before = town.managed()
    with town.secret_file() as file:  # on the camera it is another one
        file.set(device_secret(FOREIGN, "admin"), Secret("Not-its-own-1"))
    rows = rotate(town, "--limit", "bsp-j01&cameras", *USERS, code=2)
    after = town.managed()

    others = rows.keys() - {FOREIGN, HELD}
    assert len(others) == 6 and {rows[name]["status"] for name in others} == {"applied"}
    for name in others:
        assert in_force(town, name, after) == {"iccc", "admin", "recorder"}
        assert in_force(town, name, before) == {"recorder"}, "the old ones are none any more"
    said = rows[FOREIGN]
    assert said["status"] == "failed" and said["text"].startswith("admin: not touched: ")
    assert "it refuses the old password of admin: " in said["text"]
    assert rows[HELD]["status"] == "refused" and rows[HELD]["text"].startswith("under evidence hold")
    for name in (FOREIGN, HELD):
        assert in_force(town, name, before) == {"iccc", "admin", "recorder"}
    assert town.hand.failures() == {FOREIGN: 1} and not left_over(town)
    town.iccc("plan", "--limit", ONE, code=0)
    with town.secret_file() as file:
        file.set(device_secret(FOREIGN, "admin"), Secret(before[FOREIGN, "admin"]))
    with closing(open_store(town.state)) as store:
        StoredLearned(store).put(FOREIGN, USERS_REFUSED, None)
    town.keep_passwords()


def test_what_a_person_has_to_do_is_said_before_anything_is_changed(deployed: Town) -> None:
    town = deployed
    before = town.managed()
    town.hand.fault("bsp-rec01", "dead")
    (row,) = rotate(town, "--limit", ONE, "--user", "recorder", code=2).values()
    assert row["status"] == "needs_human" and row["text"].startswith("bsp-rec01: its channels were not read")
    assert "nothing was changed" and row["text"]
    assert in_force(town, ONE, before) == {"iccc", "admin", "recorder"} and not town.hand.written()
    shown = town.iccc("secret", "show", device_secret(ONE, "recorder"), code=0)  # for whoever has to type it in
    assert shown.out == before[ONE, "recorder"] + "\n"
    town.said.remove(shown)
    assert "say --reason" in town.iccc("rotate", "--limit", ONE, "--yes", code=1).err
    unknown = town.iccc("rotate", "--limit", ONE, *WHY, "--user", "amdin", "--yes", code=1).err
    assert "'amdin' is no user of cameras, recorders or switches in bilaspur; did you mean 'admin'" in unknown


def test_a_recorder_gets_new_passwords_of_its_own_users(deployed: Town) -> None:
    town, recorder = deployed, "bsp-rec02"
    before = town.managed()
    (row,) = rotate(town, "--limit", recorder).values()
    after = town.managed()
    assert row["text"] == "admin: new; iccc: new" and not left_over(town)
    assert in_force(town, recorder, after) == {"iccc", "admin"} and in_force(town, recorder, before) == set()
    assert not town.hand.failures()
    town.keep_passwords()


def test_killed_between_camera_and_recorder_the_same_command_goes_on(deployed: Town) -> None:
    """What records before records afterwards, with a gap of seconds; nobody has tried a wrong password."""
    town = deployed
    what = ("--limit", "bsp-j01&cameras", "--user", "recorder")
    before = town.managed()
    cameras = {name for name, _ in before if name.startswith("bsp-j01-c")}
    recording = channels(town)
    assert {told["state"] for told in recording.values()} == {"Active"} and recording.keys() >= cameras
    rotating = town.start("rotate", *what, *WHY, "--yes")
    rotating.until(lambda: any(name in cameras for name in town.hand.written()))
    rotating.kill("iccc")
    rotating.ended()
    assert left_over(town)
    rows = rotate(town, *what)
    after = town.managed()
    assert rows.keys() == cameras and not left_over(town)
    assert all(after[name, "recorder"] != before[name, "recorder"] for name in cameras)
    assert all(in_force(town, name, after) == {"iccc", "admin", "recorder"} for name in cameras)
    now = channels(town)
    assert {now[name]["state"] for name in cameras} == {"Active"}
    counted = town.hand.lab.counters()
    assert not town.hand.failures() and not any(one["lockouts"] for one in counted.values())
    town.iccc("plan", *what[:2], code=0)
    town.keep_passwords()


def test_ctrl_c_leaves_no_channel_paused(deployed: Town) -> None:
    """Those at work end, the others are not begun; what was not done is done by the same command."""
    town = deployed
    what = ("--limit", "bsp-j01&cameras", "--user", "recorder")
    cameras = channels(town).keys()
    rotating = town.start("rotate", *what, *WHY, "--yes")
    rotating.until(lambda: any(name in cameras for name in town.hand.written()))
    rotating.interrupt()
    ended = rotating.ended()
    assert ended.code == 130 and "those at work come to their end" in ended.err, ended
    assert "Ctrl-C has ended the run" in ended.out and not left_over(town)
    assert {told["state"] for told in channels(town).values()} == {"Active"}
    assert not town.hand.failures()
    rotate(town, *what)
    assert not left_over(town)
    town.keep_passwords()


def channels(town: Town) -> dict[str, dict[str, Any]]:
    """The bound channels of the first recorder, by camera."""
    told = town.hand.lab.call("channels", device="bsp-rec01")["channels"]
    return {channel["name"]: channel for channel in told.values()}
