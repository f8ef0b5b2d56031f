"""From the reply of a server to its state. What a server says is hostile: other shapes raise, texts are cut."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from iccc.server.desired import INSTALLED
from iccc.server.files import GROUPS
from iccc.server.state import (
    STORED,
    Account,
    Admin,
    Admins,
    Array,
    Cameras,
    Channel,
    File,
    Part,
    ServerFacts,
    ServerState,
    Service,
)

MAX_TEXT = 300
OTHER = "another one"
REFUSED = "refused by the camera"


def state(
    told: Mapping[str, Any],
    wanted: Mapping[str, Part],
    seals: Mapping[str, str],
    admins: Collection[str] = (),
    sealed: Mapping[str, str] = MappingProxyType({}),
) -> ServerState:
    """``wanted``: the parts that were asked for; ``admins``: who is declared.

    ``seals``: of the login of each camera that is declared, as it should be; "" where none is known to work.
    ``sealed``: likewise of the files with secrets, by path.
    """
    parts = {name: _part(wanted.get(name, Part({})), told["files"], told["services"], sealed) for name in GROUPS}
    cameras = told["cameras"]
    return ServerState(
        packages={_text(name): INSTALLED for name, version in told["packages"].items() if version},
        accounts={_text(name): Account(_text(one["shell"])) for name, one in told["accounts"].items() if one},
        admins=_admins(told["admins"], admins),
        array=_array(told["array"]),
        cameras=Cameras(
            frozenset(_text(name) for name in cameras if name not in seals),
            {_text(name): _channel(one, seals[name]) for name, one in cameras.items() if name in seals},
        ),
        **parts,
    )


def facts(told: Mapping[str, Any], now: datetime) -> ServerFacts:
    """What is observed and never declared."""
    array = told["array"]
    return ServerFacts(
        os=_text(told["system"]["os"]),
        clock_skew_s=round(float(told["system"]["now"]) - now.timestamp(), 3),
        versions={_text(name): _text(version) for name, version in told["packages"].items() if version},
        array_bytes=int(array["bytes"]) if "bytes" in array else None,
        array_free=int(array["free"]) if "free" in array else None,
        newest={_text(name): (float(one["newest"][0]), int(one["newest"][1])) for name, one in told["cameras"].items()},
    )


def _admins(told: Mapping[str, Any], declared: Collection[str]) -> Admins:
    return Admins(
        frozenset(_text(name) for name in told if name not in declared),
        {
            _text(name): Admin(_text(one["keys"])[:12], bool(one["root"]))
            for name, one in told.items()
            if name in declared
        },
    )


def _part(wanted: Part, files: Mapping[str, Any], services: Mapping[str, Any], sealed: Mapping[str, str]) -> Part:
    def content(path: str, one: Mapping[str, Any]) -> str:
        if path not in sealed:
            return _text(one["sha256"])[:12]
        return STORED if sealed[path] and one["seal"] == sealed[path] else OTHER

    return Part(
        {
            path: File(content(path, one), _text(one["mode"]), _text(one["owner"]))
            for path in wanted.files
            if (one := files.get(path)) is not None
        },
        {
            unit: Service(bool(one["enabled"]), bool(one["active"]) and bool(one["told"]))
            for unit in wanted.services
            if (one := services.get(unit)) is not None
        },
    )


def _array(told: Mapping[str, Any]) -> Array:
    fstab, owner = told["fstab"], told["owner"]
    return Array(
        bool(told["mounted"]),
        bool(told["separate"]),
        None if fstab is None else _text(fstab),
        None if owner is None else _text(owner),
    )


def _channel(told: Mapping[str, Any], seal: str) -> Channel:
    entry = told["entry"]
    return Channel(
        address=_text(entry.get("address", "")),
        retention_days=int(entry.get("retention_days", 0)),
        login=_login(told, seal),
        enabled=bool(told["enabled"]),
    )


def _login(told: Mapping[str, Any], seal: str) -> str:
    if not seal or told["login"] != seal:
        return OTHER
    return REFUSED if told["refused"] else STORED


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:40]!r} is no text")
    return "".join(letter for letter in value[:MAX_TEXT] if letter.isprintable())
