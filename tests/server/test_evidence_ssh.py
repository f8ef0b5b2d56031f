"""``iccc evidence`` of a camera that an edit of the declaration has moved: every server is asked what it has of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.server.ssh_town import SshTown, ssh_town
from tests.sessions.shell_server import Manner, Process

HOME, FORMER, OTHER = "bsp-rec01", "bsp-rec02", "bsp-rec03"
CAMERA = "bsp-j01-c01"
BEGIN = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
CONTENT = b"a recording"


def has(*minutes: int) -> Manner:
    """A server with a recording of these minutes, of this camera alone; it answers what it is asked."""
    times = [BEGIN + timedelta(minutes=one) for one in minutes]
    begins = {f"{at:%Y%m%dT%H%M%S}.mp4": at.timestamp() for at in times}

    async def manner(process: Process) -> None:
        asked = json.loads((await process.stdin.read()).rstrip().rpartition(b"\n")[2])
        if asked["verb"] == "segments":
            listed = [
                {"name": name, "begin": at, "spans": [[at, at + 60]], "size": len(CONTENT)}
                for name, at in begins.items()
                if asked["camera"] == CAMERA
            ]
            told: dict[str, Any] = {"segments": listed, "now": datetime.now(UTC).timestamp(), "written_now": []}
        elif asked["verb"] == "history":
            first = [BEGIN.timestamp(), 0.002]
            told = {
                "samples": 6, "sources": {"10.63.0.2": 6}, "largest": first, "mean": 0.001, "before": None,
                "after": None, "unmeasured": [], "unmeasured_all": 0, "unmeasured_s": 0, "steps": [], "steps_all": 0,
                "steps_from": asked["begin"] - 1,
            }  # fmt: skip
        else:
            digest = {"sha256": hashlib.sha256(CONTENT).hexdigest(), "size": len(CONTENT)}
            told = {"digests": dict.fromkeys(asked["names"], digest)}
        process.stdout.write(json.dumps({"ok": told}).encode() + b"\n")
        process.exit(0)

    return manner


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshTown]:
    with ssh_town(tmp_path_factory.mktemp("ssh"), 3) as town:
        town.servers[HOME].manner, town.servers[FORMER].manner = has(3, 4, 5), has(0, 1, 2)
        yield town


def asked(town: SshTown, *options: str) -> tuple[int, str]:
    until = BEGIN + timedelta(minutes=6)
    done = town.iccc("evidence", CAMERA, "--from", BEGIN.isoformat(), "--to", until.isoformat(), *options)
    return done.code, done.out


def test_footage_on_the_server_that_it_left_is_found(town: SshTown) -> None:
    town.servers[OTHER].manner = has()
    code, out = asked(town, "--format", "json")
    told = json.loads(out)
    assert [(one["name"], one["why"]) for one in told["recorders"]] == [
        (HOME, "it is declared on it"), (FORMER, "asked besides, since cameras move"),
    ]  # fmt: skip
    assert told["recorders_without"] == [OTHER]
    assert [one["recorder"] for one in told["segments"]] == [FORMER] * 3 + [HOME] * 3
    own = [one["name"] for one in told["server_clocks"] if one["why"] == "its recordings bear its time"]
    assert own == [HOME, FORMER], "the clocks of those that recorded, and of no other recorder"
    assert {one["sha256"] for one in told["segments"]} == {hashlib.sha256(CONTENT).hexdigest()}
    assert (code, told["gaps_known"], told["gaps"], told["complete"]) == (2, True, [], True), "2: nothing holds them"


def test_a_server_that_is_not_reached_is_never_one_without_footage(town: SshTown) -> None:
    town.servers[OTHER].takes = False
    try:
        code, out = asked(town)
    finally:
        town.servers[OTHER].takes = True
    row = next(line for line in out.splitlines() if line.strip().startswith(f"{OTHER}, asked besides"))
    assert "NOT KNOWN whether it has footage: bsp-rec03 10.63.0.13:22: the login of iccc with the stored key" in row
    assert code == 3 and "Recordings: 6, and not known of every recorder" in out and "nothing of it" not in out


def test_of_a_camera_that_is_planned_one_line_says_so(town: SshTown) -> None:
    site = town.root / "cities" / "bilaspur" / "junctions" / "j02.yaml"
    text = site.read_text(encoding="utf-8")
    assert text.count("group: rlvd, ") == 1
    site.write_text(text.replace("group: rlvd, ", "group: rlvd, status: planned, "), encoding="utf-8")
    done = town.iccc("evidence", "bsp-j02-c41", "--from", "2026-11-30T10:00", "--to", "2026-11-30T11:00")
    site.write_text(text, encoding="utf-8")
    assert (done.code, done.out) == (1, "")
    said = "bsp-j02-c41 is planned, and was never read: there is no device, and nothing records it"
    assert said in done.err and "not known" not in done.err
