"""Runs a procedure against recorded replies, without a socket."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from iccc.camera.masks import read_masks
from iccc.camera.settings import SETTINGS
from iccc.camera.state import (
    CameraState,
    Codec,
    Dot1x,
    EdgeRecording,
    Encoder,
    Imaging,
    Mask,
    Metadata,
    Network,
    Polygon,
    Preset,
    Protocol,
    Rule,
)
from iccc.clock import FixedClock
from iccc.compare import ABSENT, Near, Within
from iccc.onvif import soap
from iccc.onvif.call import Call, Context, Procedure
from iccc.onvif.errors import OnvifError
from iccc.onvif.state import Dns, Password, Time, TimeMode, User, UserLevel
from iccc.secrets import Secret
from tests.support import NOW, login

CASES = Path(__file__).parent / "cases"
T = TypeVar("T")


def replay(procedure: Procedure[T], replies: Iterable[tuple[str, bytes]], calls: list[Call]) -> T:
    """The procedure's value. Its ``calls`` are each answered by the next reply, which must be to the same action."""
    waiting = iter(replies)
    try:
        call = next(procedure)
        while True:
            calls.append(call)
            action, reply = next(waiting, ("nothing", b""))
            assert call.action == action, f"{call.action} was asked, {action} is the next reply"
            try:
                element = soap.parse(reply, call.action)
            except OnvifError as error:
                call = procedure.throw(error)
            else:
                call = procedure.send(element)
    except StopIteration as done:
        left = [action for action, _ in waiting]
        assert not left, f"nobody asked for {left}"
        value: T = done.value
        return value


class Case:
    """One folder: ``case.json``, the replies ``<n>-<action>.xml`` and, of a write, ``requests.xml``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data: dict[str, Any] = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        files = sorted(folder.glob("[0-9]*-*.xml"), key=lambda path: int(path.name.partition("-")[0]))
        self.replies = [(path.stem.partition("-")[2], path.read_bytes()) for path in files]

    @property
    def context(self) -> Context:
        passwords = {name: Secret(f"managed-{name}") for name in self.data.get("passwords", ())}
        user = self.data.get("login")
        return Context(
            FixedClock(NOW), login(user) if user else None, passwords, prove=tuple(self.data.get("prove", ())),
            pin=self.data.get("pin"), secure=self.data.get("secure", False),
        )  # fmt: skip

    def read(self) -> Procedure[Any]:
        if "declared" in self.data:
            polygons = {name: _polygon(corners) for name, corners in self.data["declared"].items()}
            return read_masks(self.context, polygons)
        return SETTINGS[self.data["read"]].read(self.context)

    def write(self) -> Procedure[Any]:
        name = self.data["write"]
        wanted, seen = section(name, self.data["wanted"]), section(name, self.data["seen"])
        return SETTINGS[name].write(self.context, wanted, seen)


def cases(kind: str) -> list[Path]:
    """Folders of the cases that ``read`` or ``write``."""
    return [path.parent for path in sorted(CASES.glob("*/case.json")) if kind in json.loads(path.read_text("utf-8"))]


def section(name: str, data: Any) -> Any:
    """A section of a state out of JSON; null in a mapping is ABSENT, a number for ``skew_s`` a tolerance."""
    if name == "time":
        skew = data.get("skew_s")
        return Time(
            TimeMode(data["mode"]) if "mode" in data else None,
            data.get("utc_offset_min"),
            frozenset(data["ntp_servers"]) if "ntp_servers" in data else None,
            Within(skew) if isinstance(skew, int) else skew,
        )
    if name == "dns":
        return Dns(data["from_dhcp"], tuple(data["servers"]))
    if name == "dot1x":
        return Dot1x(**data)
    if name == "network":
        return Network(**data)
    if name == "users":
        return {user: ABSENT if value is None else _user(value) for user, value in data.items()}
    if name == "location":
        return {key: ABSENT if value is None else value for key, value in data.items()}
    if name == "encoders":
        return {role: Encoder(**{**value, **_codec(value)}) for role, value in data.items()}
    if name == "imaging":
        return Imaging(**data)
    if name == "metadata":
        return {role: Metadata(**value) for role, value in data.items()}
    if name == "masks":
        return {key: Mask(_polygon(value["polygon"]), value["enabled"]) for key, value in data.items()}
    if name == "protocols":
        return {protocol: Protocol(**value) for protocol, value in data.items()}
    if name == "rules":
        return {key: ABSENT if value is None else Rule(**value) for key, value in data.items()}
    if name == "edge_recording":
        return EdgeRecording(**data)
    if name == "presets":
        return {key: ABSENT if value is None else _preset(value) for key, value in data.items()}
    assert name in CameraState.__dataclass_fields__
    return data


def _preset(value: dict[str, float]) -> Preset:
    return Preset(**{axis: Near(number, Preset.TOLERANCE) for axis, number in value.items()})


def _polygon(corners: list[list[float]]) -> Polygon:
    return tuple((x, y) for x, y in corners)


def _user(value: dict[str, str]) -> User:
    return User(UserLevel(value["level"]), Password(value["password"]) if "password" in value else None)


def _codec(value: dict[str, Any]) -> dict[str, Codec]:
    return {"codec": Codec(value["codec"])} if "codec" in value else {}
