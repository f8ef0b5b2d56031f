"""``device://NAME``: a testinfra backend for devices without a shell.

Its commands are questions (``reach``, ``clock``, ``stream main``, ``keyframe main``, ``picture black``, ``recorded``,
``retention``, ``replay``, ``port``, ``neighbour GigabitEthernet1/9``, ``answered iccc``, ``presets bsp-j01-c21``);
the answer is JSON on stdout with exit code 0, or the reason on stderr with exit code 3 when the answer is not known.
What is asked of Debian servers was answered by testinfra's own modules, on the servers (:mod:`iccc.verify.hosts`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import testinfra.backend
from testinfra.backend.base import BaseBackend, CommandResult

from iccc.city.devices import Camera, Recorder
from iccc.compare import Unread, plain
from iccc.errors import Reason
from iccc.pictures import Doubt
from iccc.recorder.footage import Footage
from iccc.server.recordings import ENOUGH, Recording
from iccc.switch.seen import PortFacts, SwitchFacts
from iccc.verify.evidence import Evidence
from iccc.verify.hosts import HostSeen

UNKNOWN = 3


def register() -> None:
    """Make ``device://`` known to testinfra."""
    testinfra.backend.BACKENDS["device"] = f"{__name__}.DeviceBackend"


class DeviceBackend(BaseBackend):
    """Answers questions about one device from the evidence of this session."""

    NAME = "device"

    def __init__(self, hostname: str, *args: Any, evidence: Evidence, **kwargs: Any) -> None:
        super().__init__(hostname, *args, **kwargs)
        self.evidence = evidence
        self.device = evidence.city.device(hostname)

    def run(self, command: str, *args: str, **_kwargs: Any) -> CommandResult:
        """Answer one question."""
        text = self.get_command(command, *args)
        question, _, argument = text.partition(" ")
        questions: dict[str, Callable[[str], Any]] = {
            "host": self._of_server,
            "unit": self._unit,
            "gaps": self._gaps,
            "reach": self._reach,
            "clock": self._clock,
            "stream": self._stream,
            "keyframe": self._keyframe,
            "picture": self._picture,
            "recorded": self._recorded,
            "retention": self._retention,
            "replay": self._replay,
            "port": self._port,
            "neighbour": self._neighbour,
            "answered": self._answered,
            "presets": self._presets,
        }
        answer = questions[question](argument)
        if isinstance(answer, Unread | Doubt):
            return self.result(UNKNOWN, text.encode(), "", f"unknown: {answer.text}")
        return self.result(0, text.encode(), json.dumps(plain(answer)), "")

    def _seen(self) -> Any:
        return self.evidence.observed[self.device.name]

    def _reach(self, _argument: str) -> Any:
        state = self._seen().state
        return state if isinstance(state, Unread) else True

    def _clock(self, _argument: str) -> Any:
        state, facts = self._seen().state, self._seen().facts
        if not isinstance(state, Unread) and hasattr(facts, "clock_skew_s"):  # a server
            return facts.clock_skew_s
        for part in (state, getattr(state, "time", None)):
            if isinstance(part, Unread):
                return part
        return state.time.skew_s

    def _stream(self, role: str) -> Any:
        return self.evidence.streams[self.device.name, role].described

    def _keyframe(self, role: str) -> Any:
        return self.evidence.streams[self.device.name, role].played

    def _picture(self, respect: str) -> Any:
        """``{"figures"}``, with ``hint`` where something looks wrong in this respect."""
        seen = self.evidence.pictures[self.device.name]
        if isinstance(seen, Unread):
            return seen
        found = {"black": seen.black, "frozen": seen.frozen, "defocused": seen.defocused}[respect]
        if isinstance(found, Doubt):
            return found
        return {"figures": seen.figures, **({"hint": found.text} if found else {})}

    def _recorded(self, _argument: str) -> Any:
        """What its recorder says of a camera: ``{"channel", "trouble"}``, "" while it records."""
        if self._on_server:
            recording = self._recording()
            if isinstance(recording, Unread):
                return recording
            if (trouble := recording.trouble) is None:
                return Unread(Reason.BAD_ANSWER, recording.doubt)
            return {"channel": None, "trouble": trouble, "told": "" if trouble else recording.told}
        footage = self._footage()
        if not isinstance(footage, Footage):
            return footage if footage is not None else {"channel": None, "trouble": "it is on no channel"}
        found = footage.trouble(self.evidence.taken_at)
        return found if isinstance(found, Unread) else {"channel": footage.number, "trouble": found}

    def _retention(self, _argument: str) -> Any:
        """``{"days", "overwritten"}`` of a camera: how far back its footage reaches, and whether older was deleted.

        ``since``: it is recorded there since then, and that is shorter than the declared days.
        """
        if self._on_server:
            return self._kept()
        footage = self._footage()
        if not isinstance(footage, Footage):
            return footage or Unread(Reason.UNSUPPORTED, f"{self.device.name} is on no channel")
        days = footage.days(self.evidence.taken_at)
        if days is None:
            told = footage.oldest if isinstance(footage.oldest, Unread) else None
            return told or Unread(Reason.UNSUPPORTED, "there is no footage, or its beginning is not told")
        return {"days": days, "overwritten": footage.began is not None}

    def _kept(self) -> Any:
        recording = self._recording()
        if isinstance(recording, Unread):
            return recording
        assert isinstance(self.device, Camera)
        if recording.days is None:
            return Unread(Reason.UNSUPPORTED, "there is no recording")
        since = recording.younger_than(ENOUGH * self.device.retention_days)
        told = {"since": f"{since:%Y-%m-%d %H:%M} UTC"} if since else {}
        return {"days": recording.days, "overwritten": recording.since is not None and since is None, **told}

    def _unit(self, _argument: str) -> Any:
        """The unit of a camera on its server: ``{"trouble", "told"}``."""
        recording = self._recording()
        if isinstance(recording, Unread):
            return recording
        told = f"{recording.active} ({recording.sub}), started anew {recording.restarts} times"
        return {"trouble": recording.runs, "told": told}

    def _gaps(self, _argument: str) -> Any:
        recording = self._recording()
        if isinstance(recording, Unread):
            return recording
        return {"count": recording.gaps.count, "told": recording.gaps.text}

    @property
    def _on_server(self) -> bool:
        assert isinstance(self.device, Camera)
        recorder = self.evidence.city.recorders.get(self.device.recorder)
        return recorder is not None and recorder.host is not None

    def _recording(self) -> Recording | Unread:
        """Of a camera, on the server that records it."""
        assert isinstance(self.device, Camera)
        seen = self._host_seen(self.device.recorder)
        if isinstance(seen, Unread):
            return seen
        if isinstance(seen.recordings, Unread):
            return seen.recordings
        nothing = Unread(Reason.BAD_ANSWER, f"{self.device.recorder} says nothing of {self.device.name}")
        return seen.recordings.get(self.device.name, nothing)

    def _of_server(self, question: str) -> Any:
        """What was asked of a server."""
        seen = self._host_seen(self.device.name)
        return seen if isinstance(seen, Unread) else seen.answers[question]

    def _host_seen(self, name: str) -> HostSeen | Unread:
        return self.evidence.hosts.get(name) or Unread(Reason.NOT_TRIED, f"{name} is not on the wire")

    def _footage(self) -> Footage | Unread | None:
        """Of a camera, on its recorder; None where that has it on no channel."""
        assert isinstance(self.device, Camera)
        seen = self.evidence.observed.get(self.device.recorder)
        if seen is None:
            return Unread(Reason.NOT_TRIED, f"{self.device.recorder} is not on the wire")
        if isinstance(seen.state, Unread):
            return seen.state
        for part in (getattr(seen.state, "channels", None), getattr(seen.facts, "footage", None)):
            if isinstance(part, Unread):
                return part
        footage: Mapping[str, Footage] | None = getattr(seen.facts, "footage", None)
        if footage is None:
            return Unread(Reason.UNSUPPORTED, f"what {self.device.recorder} has on its channels is not managed")
        return footage.get(self.device.name)

    def _replay(self, _argument: str) -> Any:
        """The path under which a recorder plays what it has."""
        state, facts = self._seen().state, self._seen().facts
        if isinstance(state, Unread):
            return state
        told = getattr(facts, "replay", None)
        return told or Unread(Reason.UNSUPPORTED, f"{self.device.name} has no footage to play")

    def _port(self, _argument: str) -> Any:
        """The declared port of a camera or recorder: what it delivers, and where the device's MAC was learned."""
        assert isinstance(self.device, Camera | Recorder)
        ports = self._ports(self.device.switch, "poe", "fdb")
        if isinstance(ports, Unread):
            return ports
        facts = self._seen().facts
        mac = getattr(getattr(facts, "identity", None), "mac", None)
        if mac is None:
            state = self._seen().state
            text = state.text if isinstance(state, Unread) else f"{self.device.name} tells no hardware address"
            return Unread(Reason.NO_ANSWER, text)
        port = ports.get(self.device.port)
        if port is None:
            return Unread(Reason.BAD_ANSWER, f"{self.device.switch} lists no port {self.device.port}")
        return {
            "up": port.oper_up,
            "poe_delivering": port.poe_delivering,
            "mac": mac,
            "vlans": sorted(vlan for vlan, learned in port.macs if learned == mac),
        }

    def _neighbour(self, port_name: str) -> Any:
        ports = self._ports(self.device.name, "lldp")
        if isinstance(ports, Unread):
            return ports
        port = ports.get(port_name)
        if port is None:
            return Unread(Reason.BAD_ANSWER, f"{self.device.name} lists no port {port_name}")
        return {"up": port.oper_up, "sys_name": port.lldp_rem_sys_name, "port": port.lldp_rem_port_id}

    def _answered(self, room: str) -> Any:
        """The last test call of a call box to a control room: ``{"passed", "days", "text"}``."""
        state, facts = self._seen().state, self._seen().facts
        if isinstance(state, Unread):
            return state
        trial = facts.trials.get(room)
        if trial is None:
            return Unread(Reason.NOT_TRIED, "no test call was made")
        days = (self.evidence.taken_at - trial.at).total_seconds() / 86_400
        return {"passed": trial.passed, "days": days, "text": f"{trial.at:%Y-%m-%d %H:%M} UTC: {trial.text}"}

    def _presets(self, camera: str) -> Any:
        """The presets of a camera that a call box turns to who calls."""
        seen = self.evidence.observed.get(camera)
        if seen is None:
            return Unread(Reason.NOT_TRIED, f"{camera} is not on the wire")
        presets = seen.state if isinstance(seen.state, Unread) else seen.state.presets
        if presets is None:
            return Unread(Reason.NOT_TRIED, f"the presets of {camera} were not read")
        return presets if isinstance(presets, Unread) else sorted(presets)

    def _ports(self, switch: str, *parts: str) -> Mapping[str, PortFacts] | Unread:
        """The ports with these parts of theirs; what was not read of one part is not known, and no failure."""
        seen = self.evidence.observed[switch]
        if seen.facts is None:
            text = seen.state.text if isinstance(seen.state, Unread) else "no SNMP"
            return Unread(Reason.NO_ANSWER, f"{switch}: {text}")
        facts: SwitchFacts = seen.facts
        unread = (facts.unread[part] for part in ("interfaces", *parts) if part in facts.unread)
        return next(unread, facts.ports)
