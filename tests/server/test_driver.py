"""What is sent to a server, and what is made of its answers."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from iccc.city.load import load_city
from iccc.compare import Change, Unread, compare
from iccc.errors import DeviceError, Reason
from iccc.observed import Status
from iccc.secrets import STREAM_USER, Secret
from iccc.server import driver
from iccc.server import stream as stream_of
from iccc.server.calls import BadReply, call, reply
from iccc.server.desired import INSTALLED, desired
from iccc.server.driver import entry, outcomes, source, stream, written
from iccc.server.files import manifest
from iccc.server.retention import rules_of
from iccc.server.seen import OTHER, REFUSED, state
from iccc.server.state import STORED, Account, Part
from iccc.sessions.reach import USERS_REFUSED
from tests.server.city import ROOT, served, server
from tests.support import reach

WANTED = desired(server(), served()).state
CAMERA = served().recorded_by("bsp-rec01")[0]


def answer(**changed: Any) -> dict[str, Any]:
    """What a server says that was just installed."""
    array = {"mounted": True, "separate": True, "fstab": None, "owner": "root:root"}
    plain: dict[str, Any] = {
        "array": array, "packages": {"ffmpeg": "5.1", "chrony": None}, "accounts": {"iccc-rec": None}, "admins": {},
        "files": {}, "services": {}, "cameras": {},
    }  # fmt: skip
    return {**plain, **changed}


def test_a_server_that_was_just_installed_lacks_everything_but_what_it_has() -> None:
    seen = state(answer(), {}, {})
    assert seen.packages == {"ffmpeg": INSTALLED} and seen.accounts == {}
    assert seen.time == Part({}) and seen.cameras is not None and seen.cameras.each == {}
    paths = {found.path for found in compare(WANTED, seen) if isinstance(found, Change)}
    assert "packages[ffmpeg]" not in paths and {"packages[chrony]", "array.fstab", "array.owner"} <= paths


def test_a_camera_that_is_declared_elsewhere_is_one_of_the_others() -> None:
    told = {"entry": {}, "login": "x", "refused": False, "enabled": True, "newest": [0, 0]}
    seen = state(answer(cameras={"gone-c01": told, CAMERA.name: told}), {}, {CAMERA.name: "y"})
    assert seen.cameras is not None
    assert seen.cameras.others == {"gone-c01"}
    assert seen.cameras.each[CAMERA.name].login == OTHER
    assert state(answer(cameras={CAMERA.name: told}), {}, {CAMERA.name: "x"}).cameras.each[CAMERA.name].login == STORED  # type: ignore[union-attr]


def test_a_login_that_the_camera_refuses_is_a_difference_that_a_deploy_tries_again() -> None:
    told = {"entry": {}, "login": "x", "refused": True, "enabled": True, "newest": [0, 0]}
    seen = state(answer(cameras={CAMERA.name: told}), {}, {CAMERA.name: "x"})
    paths = {found.path: found.seen for found in compare(WANTED, seen) if isinstance(found, Change)}
    assert paths[f"cameras.each[{CAMERA.name}].login"] == REFUSED


def test_a_login_that_is_not_known_is_never_as_stored() -> None:
    told = {"entry": {}, "login": "", "refused": False, "enabled": True, "newest": [0, 0]}
    seen = state(answer(cameras={CAMERA.name: told}), {}, {CAMERA.name: ""})
    assert seen.cameras is not None and seen.cameras.each[CAMERA.name].login == OTHER


@pytest.mark.parametrize(
    "changed", [{"packages": 7}, {"accounts": {"a": {"shell": 1}}}, {"array": {}}, {"cameras": {"c": {"entry": []}}}]
)
def test_an_answer_of_another_shape_raises_what_the_driver_catches(changed: dict[str, Any]) -> None:
    with pytest.raises((LookupError, TypeError, ValueError, AttributeError)):
        state(answer(**changed), {}, {"c": "x"})


def test_what_a_server_says_has_no_control_characters_and_an_end() -> None:
    shell = "\x1b[31m" + "x" * 1000
    seen = state(answer(accounts={"iccc-rec": {"shell": shell}}), {}, {})
    assert seen.accounts == {"iccc-rec": Account("[31m" + "x" * 295)}


class _Says:
    """A session with a server that says one thing."""

    output = ""

    def __init__(self, *_: object) -> None: ...

    async def __aenter__(self) -> _Says:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def run(self, *_: object) -> tuple[str, str]:
        return self.output, ""


HOSTILE = {
    "nested": "[" * 200_000,
    "infinite bytes": json.dumps(
        {"ok": answer(array={"mounted": True, "separate": True, "fstab": None, "owner": None, "bytes": float("inf")})}
    ),
    "endless days": json.dumps(
        {
            "ok": answer(
                cameras={
                    CAMERA.name: {
                        "entry": {"retention_days": float("inf")},
                        "login": "",
                        "refused": False,
                        "enabled": True,
                        "newest": [0, 0],
                    }
                }
            )
        }
    ),
    "no object": '{"ok": 7}',
}


@pytest.mark.parametrize("said", HOSTILE)
def test_whatever_a_server_says_costs_its_own_reading_alone(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "HostSession", _Says)
    monkeypatch.setattr(_Says, "output", HOSTILE[said])
    seen = asyncio.run(driver.observe(server(), served(), reach()))
    assert isinstance(seen.state, Unread) and seen.state.reason is Reason.BAD_ANSWER
    with pytest.raises(DeviceError):
        asyncio.run(stream_of.recorded(_Says(), server()))  # type: ignore[arg-type]
    with pytest.raises(DeviceError):
        asyncio.run(stream_of.look(_Says(), server(), CAMERA, served(), Secret("x")))  # type: ignore[arg-type]


@pytest.mark.parametrize("output", ["", "no json", "[]", '{"what": 1}', '{"ok": '])
def test_what_is_no_reply_is_told_in_the_servers_words(output: str) -> None:
    with pytest.raises(BadReply) as caught:
        reply(output, "sudo: a password is required\n")
    assert "password is required" in str(caught.value) or "none of the program's" in str(caught.value)


def test_a_banner_before_the_reply_is_no_matter() -> None:
    assert reply('Welcome\n{"ok": {"a": 1}}\n', "") == {"ok": {"a": 1}}


def test_the_program_goes_before_its_request() -> None:
    size, _, rest = call("read", mount="/srv").partition("\n")
    program, request = rest.encode()[: int(size)], rest.encode()[int(size) :]
    compile(program, "program", "exec")
    assert json.loads(request) == {"verb": "read", "mount": "/srv"}


def test_a_login_that_a_camera_has_refused_is_not_tried_every_five_seconds() -> None:
    way = reach()
    assert source(CAMERA, served(), way) == ""  # nothing stored
    way.credentials.passwords[CAMERA.name, STREAM_USER] = Secret("pw-1")  # type: ignore[attr-defined]
    text = source(CAMERA, served(), way)
    assert text.splitlines()[1] == f"file 'rtsp://recorder:pw-1@{CAMERA.address}:554{CAMERA.stream_path}'"
    way.learned.put(CAMERA.name, USERS_REFUSED, {STREAM_USER: "2026-11-30T00:00:00Z"})
    assert source(CAMERA, served(), way) == ""
    request = json.loads(written(server(), "cameras", served(), way).rpartition("\n{")[2].join(["{", ""]))
    assert request["cameras"] == {} and CAMERA.name in request["kept"]


def test_a_package_that_is_still_missing_failed_and_the_others_are_applied() -> None:
    seen = state(answer(packages={"chrony": "4.3", "ffmpeg": "5.1"}), {}, {})
    before = [found for found in compare(WANTED.packages, {}, "packages") if isinstance(found, Change)]
    told = {
        one.change.path: one for one in outcomes(before, WANTED.packages, seen.packages, "packages", "rsyslog: E: no")
    }
    assert told["packages[chrony]"].status is told["packages[ffmpeg]"].status is Status.APPLIED
    assert (told["packages[rsyslog]"].status, told["packages[rsyslog]"].text) == (Status.FAILED, "rsyslog: E: no")


def test_a_part_that_reads_back_as_before_was_not_applied() -> None:
    seen = replace(WANTED, time=Part({}))
    before = [found for found in compare(WANTED.time, seen.time, "time") if isinstance(found, Change)]
    assert {one.status for one in outcomes(before, WANTED.time, seen.time, "time", "")} == {Status.ACCEPTED_NOT_APPLIED}


@pytest.mark.parametrize("scope", [CAMERA.site, "bsp-rec01"])
def test_an_order_for_a_site_or_recorder_outlives_the_declaration_of_its_camera(scope: str, tmp_path: Path) -> None:
    for folder in ("cities/bilaspur", "catalogue"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "cities/bilaspur/evidence-holds.yaml").write_text(
        "schema: evidence-holds/v1\nevidence_hold:\n"
        f"  - {{scope: {scope}, reason: FIR 7, ordered_by: SP, ordered_on: 2026-01-05, until: 2027-01-05}}\n",
        encoding="utf-8",
    )
    declared = load_city(tmp_path, "bilaspur").declared
    others = {name: one for name, one in served().cameras.items() if name != CAMERA.name}
    after = json.loads(manifest(server(), replace(served(), declared=declared, cameras=others)))
    left = rules_of({}, {CAMERA.name: entry(CAMERA, served())}, after["holds"], after["orders"])
    assert CAMERA.name not in after["holds"] and left[CAMERA.name].holds == ((None, None),)


def test_a_password_is_part_of_the_address_whatever_it_has_in_it() -> None:
    """ffmpeg takes it out of the address again (RFC 3986), and the line of the list is quoted."""
    told = stream(CAMERA, served(), Secret("a'\n@b/c%41"))
    assert "file 'rtsp://recorder:a%27%0A%40b%2Fc%2541@" in told and len(told.splitlines()) == 5
