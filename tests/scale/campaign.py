"""All faults of the field on 5 % of a city's cameras: what a reading tells, and what becomes of a write.

``python -m tests.scale.campaign [CAMERAS] [SEED]`` prints the figures, with the limits that are shipped.
"""

from __future__ import annotations

import json
import random
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from iccc import fleet
from iccc.city.devices import Camera
from iccc.context import Context, open_context
from iccc.errors import DeviceError
from iccc.lab.device import Fault
from iccc.plan import make_plan
from iccc.secrets import Secret
from iccc.sessions import aio
from iccc.settings import Limits, Settings, Timeouts
from iccc.vault import LOGIN, MANAGED
from iccc.writing import Writing
from tests.scale.cameras import BOOTSTRAP, CameraLab, camera_lab
from tests.scale.generate import CAMERAS, KEY, generate

FEWEST = 2500  # of the city: a site has every make
SHARE = 0.05  # of the cameras that are sick
CHANGED = "changed-by-hand"  # the hostname of every sick camera: of a fault that is survived it is the row


@dataclass(frozen=True)
class Rows:
    """What one fault has to make of a reading. Paths of ``unread`` with their texts; ``written``: of the hostname."""

    changes: frozenset[str] = frozenset({"hostname"})
    unread: Mapping[str, str] = field(default_factory=dict)
    written: str = "applied"
    or_less: bool = False  # some of these rows, and some unread for the time: it depends on the moment


def _nothing(text: str) -> Rows:
    return Rows(frozenset(), {"": text}, "")


_REFUSED = "onvif login: the device refused the login of iccc: fault NotAuthorized"
_UNCLEAR = "onvif GetDeviceInformation: "
_SKEW = Rows(frozenset({"hostname", "time.skew_s"}))
_IN_VAIN = Rows(written="accepted-not-applied")
_SILENT = _nothing(r"onvif (?:GetSystemDateAndTime: no answer|sweep: not finished) within [\d.]+ s(?:, 2 tries)?")
FAULTS: Mapping[Fault, Rows] = {
    Fault.WRONG_CLOCK: _SKEW,
    Fault.LOCAL_AS_UTC: _SKEW,
    Fault.FOREIGN_XADDR: Rows(),
    Fault.DIGEST_ONLY: Rows(),
    Fault.STALE_NONCE: Rows(),
    Fault.LOCK_OUT: Rows(),
    Fault.WRONG_PASSWORD: _nothing(_REFUSED + r": (?:Sender not Authorized|HTTP 401);.*"),
    Fault.BUSY: Rows(frozenset({"hostname"}), {"": ".*"}, ".*", or_less=True),
    Fault.IGNORES: _IN_VAIN,
    Fault.AFTER_REBOOT: _IN_VAIN,
    Fault.WRONG_NAMESPACE: Rows(),
    Fault.SOAP11: Rows(),
    Fault.NEEDS_ACTION: Rows(),
    Fault.REFUSES_ACTION: Rows(),
    Fault.FAULT_IN_200: Rows(written="failed"),
    Fault.HTML_401: _nothing(_REFUSED + ": HTTP 401;.*"),
    Fault.INVALID_XML: _nothing(_UNCLEAR + "not XML: .*"),
    Fault.ENTITIES: _nothing(_UNCLEAR + "a reply with a DOCTYPE"),
    Fault.HUGE: _nothing(_UNCLEAR + r"the answer is longer than \d+ bytes"),
    Fault.EMPTY: _nothing(_UNCLEAR + "an empty answer"),
    Fault.IMPOSSIBLE_DATES: Rows(unread={"time.skew_s": "UTCDateTime is .*, which is no date"}),
    Fault.NO_SERVICES: Rows(),
    Fault.MISSING_PARTS: Rows(
        unread={
            "encoders": "onvif GetProfiles: VideoEncoder has no RateControl",
            "time.ntp_servers": "NTPInformation has no FromDHCP",
        }
    ),
    Fault.CLOSES: Rows(),
    Fault.SILENT: _SILENT,
    Fault.SLOW: _SILENT,
    Fault.DEAD: _nothing(r"onvif GetSystemDateAndTime: no connection within [\d.]+ s"),
}

Told = tuple[frozenset[str], dict[str, str]]  # what differs; what is unread, and why


@dataclass
class Result:
    """Of each reading ``{camera: told}`` for those with rows; what became of writes; what the cameras counted."""

    sick: dict[str, Fault]
    sound: dict[str, Told]  # of the reading before the faults: empty if all were as declared
    told: dict[str, Told]
    written: dict[str, str]
    sets_on_others: int
    lockouts: int
    most_failures: int  # logins that one camera refused in the reading
    seconds: dict[str, float]
    requests: dict[str, int]
    lab_mb: int

    def wrong(self) -> list[str]:
        """Sick cameras whose rows are not those of their fault, and all others that have any."""
        found = [f"{name}: sound, but {told}" for name, told in self.told.items() if name not in self.sick]
        for name, fault in self.sick.items():
            written = self.written.get(name, "")
            if not self._right(name) or not re.fullmatch(FAULTS[fault].written, written):
                found.append(f"{name}: {fault}: {self.told.get(name)}, written: {written!r}")
        return found

    def _right(self, name: str) -> bool:
        rows = FAULTS[self.sick[name]]
        changes, unread = self.told.get(name, (frozenset(), {}))
        if rows.or_less:
            return bool(changes or unread) and changes <= rows.changes
        where = rf"(?:{re.escape(name)} \S+  )?"
        return (
            changes == rows.changes
            and set(unread) == set(rows.unread)
            and all(re.fullmatch(where + text, unread[path]) for path, text in rows.unread.items())
        )

    def figures(self) -> dict[str, Any]:
        kinds = Counter("unread" if "" in unread else "differs" for _, unread in self.told.values())
        return {
            "rows_before": len(self.sound), "sick": len(self.sick), "faults": len(set(self.sick.values())),
            "rows": len(self.told), **kinds, "written": dict(Counter(self.written.values())),
            "sets_on_others": self.sets_on_others, "lockouts": self.lockouts, "most_failures": self.most_failures,
            "lab_mb": self.lab_mb, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000,
            "seconds": {what: round(value, 1) for what, value in self.seconds.items()}, "requests": self.requests,
        }  # fmt: skip


def run(root: Path, count: int, seed: int, patient: bool = True) -> Result:
    """Read ``count`` cameras as deployed, break 5 % of them, read again, and write the hostname where it differs.

    ``patient``: fewer at once than usual and with more time, so that on a busy machine no sound camera is too late;
    else with the limits that are shipped.
    """
    generate(root, max(count, FEWEST))
    settings = Settings(root)
    if patient:
        more_time = Timeouts(connect_s=6.0, http_s=6.0, device_s=60.0)
        settings = replace(settings, timeouts=more_time, limits=Limits(onvif_in_flight=48))
    with open_context(KEY, "campaign", settings) as context:
        cameras = list(context.city.cameras.values())[:count]
        context.vault.set("bootstrap/camera/login", Secret(BOOTSTRAP[1]), BOOTSTRAP[0])
        context.vault.ensure(fleet.managed_users(cameras, context.city))
        for camera in cameras:
            context.learned.put(camera.name, LOGIN, MANAGED)
        with camera_lab(root, count) as lab:
            return _campaign(context, lab, cameras, seed)


def _campaign(context: Context, lab: CameraLab, cameras: Sequence[Camera], seed: int) -> Result:
    seconds: dict[str, float] = {}
    requests: dict[str, int] = {}

    def read(what: str) -> tuple[dict[str, Told], dict[str, Any]]:
        began = time.perf_counter()
        told = _read(context, cameras)
        seconds[what] = time.perf_counter() - began
        counted = lab.order()
        requests[what] = sum(one["requests"] for one in counted["counters"].values())
        return told, counted

    sound, _ = read("first")
    read("known")
    late_s = context.settings.timeouts.http_s + 1.0
    sick = _choose([camera.name for camera in cameras], seed)
    lab.order(
        faults={name: [str(fault), late_s if fault is Fault.SLOW else 0.0] for name, fault in sick.items()},
        set={name: {"hostname": CHANGED} for name in sick},
    )
    told, counted = read("with faults")
    lockouts = sum(one["lockouts"] for one in counted["counters"].values())
    most_failures = max(one["failures"] for one in counted["counters"].values())
    began = time.perf_counter()
    written = _write(context, (camera for camera in cameras if "hostname" in told.get(camera.name, ((), {}))[0]))
    seconds["writes"] = time.perf_counter() - began
    after = lab.order()["counters"]
    return Result(
        sick, sound, told, written,
        sets_on_others=sum(one["sets"] for name, one in after.items() if name not in sick),
        lockouts=lockouts + sum(one["lockouts"] for one in after.values()),
        most_failures=most_failures, seconds=seconds, requests=requests, lab_mb=counted["rss_mb"],
    )  # fmt: skip


def _choose(names: Sequence[str], seed: int) -> dict[str, Fault]:
    chance = random.Random(seed)
    chosen = chance.sample(sorted(names), round(len(names) * SHARE))
    faults = list(FAULTS)
    return {name: faults[number % len(faults)] for number, name in enumerate(chosen)}


def _read(context: Context, cameras: Sequence[Camera]) -> dict[str, Told]:
    """The rows of ``iccc plan``, by camera."""
    city = context.city
    observed = aio.run(fleet.observe(cameras, city, context.reach, lambda _name: None))
    plan = make_plan(city, "lab", context.clock.now(), cameras, fleet.wanted_all(cameras, city), observed)
    return {
        name: (frozenset(one.change.path for one in part.changes), {one.path: one.unread.text for one in part.unknown})
        for name, part in plan.devices.items()
        if part.changes or part.unknown
    }


def _write(context: Context, cameras: Iterable[Camera]) -> dict[str, str]:
    """What became of the hostname of each."""

    async def one(camera: Camera) -> str:
        wanted = fleet.wanted(camera, context.city).state
        try:
            outcomes = await fleet.apply(camera, "hostname", wanted, context.reach, Writing(context.settings.root))
        except DeviceError as error:
            return str(error.reason)
        return ", ".join(str(outcome.status) for outcome in outcomes)

    async def all_of_them() -> dict[str, str]:
        return {camera.name: await one(camera) for camera in cameras}

    return aio.run(all_of_them())


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]] + [CAMERAS, 1][len(sys.argv) - 1 :]
    with tempfile.TemporaryDirectory() as folder:
        result = run(Path(folder), given[0], given[1], patient=False)
    print("\n".join(result.wrong()[:10]))
    print(json.dumps(result.figures(), indent=1))
