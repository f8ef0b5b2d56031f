"""A simulated appliance recorder: device service, and channels that really log in at the lab's cameras (Profile G)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from iccc.lab import recorder_inject, recorder_isapi
from iccc.lab.device import Fault, UdpPort
from iccc.lab.http import Request, Response
from iccc.lab.ios.config import SnmpUser
from iccc.lab.onvif import Challenge, OnvifDevice
from iccc.lab.onvif_inject import number, one_of
from iccc.lab.onvif_model import DEVICE_SERVICE, SCOPE, DeviceModel, Service
from iccc.lab.onvif_soap import TRC, TRP, TRV, TSE, Bound, bind
from iccc.lab.onvif_web import LAB_PORTS
from iccc.lab.recorder_jobs import JOBS, recording_capabilities
from iccc.lab.recorder_puller import Puller, Watched
from iccc.lab.recorder_receivers import RECEIVERS, receiver_capabilities
from iccc.lab.recorder_search import REPLAY, REPLAY_CAPABILITIES, SEARCH, SEARCH_CAPABILITIES
from iccc.lab.recorder_state import ChannelOptions, ChannelState
from iccc.lab.snmp.agent import Agent
from iccc.lab.snmp.host_mib import STATUSES, Disks, HostMib

SNMP_PORT = 161
DRIVES = 8
_TABLES = {TRC: JOBS, TRV: RECEIVERS, TSE: SEARCH, TRP: REPLAY}


@dataclass(frozen=True, kw_only=True)
class RecorderModel(DeviceModel):
    """What recorders of one make share."""

    channels: ChannelOptions = ChannelOptions()


RECORDER = RecorderModel(
    manufacturer="Generic",
    model="NVR-64",
    firmware="4.60.1",
    hardware_id="NV64",
    hostname="nvr",
    fixed_scopes=(SCOPE + "type/Network_Video_Recorder", SCOPE + "hardware/NVR-64", SCOPE + "Profile/G"),
    services=(
        DEVICE_SERVICE,
        Service(TRC, "/onvif/recording_service", (2, 60), recording_capabilities(64)),
        Service(TRV, "/onvif/receiver_service", (2, 60), receiver_capabilities(64)),
        Service(TSE, "/onvif/search_service", (2, 60), SEARCH_CAPABILITIES),
        Service(TRP, "/onvif/replay_service", (2, 60), REPLAY_CAPABILITIES),
    ),
    digest=("MD5", "SHA-256"),
    max_users=32,
    protocols=("HTTP", "HTTPS"),
    records_others=True,
)


# No receivers over ONVIF: its channels are told over its maker's own interface, and set on its page.
HIKVISION_NVR = replace(
    RECORDER,
    manufacturer="HIKVISION",
    model="DS-9664NI-M8",
    firmware="V5.02.005 build 240515",
    hardware_id="DS9664",
    services=tuple(service for service in RECORDER.services if service.namespace != TRV),
    channels=ChannelOptions(receivers=False, isapi=True),
)


class LabRecorder(OnvifDevice):
    """``LabRecorder("bsp-rec01", "127.83.0.11", "02:00:0a:53:00:0b", ("admin", "factory-1"))``.

    ``cameras`` finds the lab's camera at a loopback address: it tells when a stream would have ended.
    """

    def __init__(
        self,
        name: str,
        address: str,
        mac: str,
        login: tuple[str, str],
        model: RecorderModel = RECORDER,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._channels = model.channels
        self.cameras: Callable[[str], Watched | None] = lambda _address: None
        self._usable_tb = 0.0
        self.disks = Disks({}, 0.0)  # none that anybody is told of
        self.channels = self._factory_channels()
        self.puller = Puller(lambda: self.channels, lambda address: self.cameras(address))
        super().__init__(name, address, mac, model, login, now)

    def offer_snmp(self, communities: Mapping[str, str], users: Mapping[str, SnmpUser], usable_tb: float) -> None:
        """It has an agent that tells of its disks."""
        self._usable_tb = usable_tb
        self.disks = self._factory_disks()
        mib = HostMib(self.name, lambda: self.disks, self._now, communities, users)
        agent = Agent(mib, self.counters, lambda: self.fault)

        def answer(asked: bytes, peer: str, reply: Callable[[bytes], None]) -> None:
            if (told := agent.answer(asked, peer)) is not None:
                reply(told)

        self.udp = [UdpPort(self.address, LAB_PORTS + SNMP_PORT, answer)]

    def _factory_disks(self) -> Disks:
        return Disks(dict.fromkeys(range(1, DRIVES + 1), "running"), self._usable_tb)

    def _factory_channels(self) -> ChannelState:
        return ChannelState.factory(self._channels, lambda: self.state.clock())

    async def plug(self) -> None:
        await super().plug()
        self._follow()

    async def unplug(self) -> None:
        await super().unplug()
        self._follow()

    async def close(self) -> None:
        await super().close()
        self._follow()

    def factory_reset(self) -> None:
        self.puller.follow(running=False)
        self.channels = self._factory_channels()
        self.disks = self._factory_disks()
        super().factory_reset()
        self._follow()

    def _answer_soap(self, request: Request, secure: bool) -> Response:
        response = super()._answer_soap(request, secure)
        self._follow()
        return response

    def _follow(self) -> None:
        self.puller.follow(self.on_wire)

    def _answer_web(self, request: Request, secure: bool) -> Response:
        path = urlsplit(request.target).path
        if not self._channels.isapi or not path.startswith("/ISAPI/"):
            return super()._answer_web(request, secure)
        self.counters.requests += 1
        try:
            self.digest_login(request.headers.get("authorization", ""), request.method)
        except Challenge as challenge:
            return self._challenge(challenge)
        return recorder_isapi.answer(self.channels, path, request.method)

    def operation(self, namespace: str, name: str) -> Bound | None:
        if namespace in _TABLES and (namespace != TRV or self._channels.receivers):
            return bind(_TABLES[namespace], self.channels, name, self.fault is Fault.IGNORES)
        return super().operation(namespace, name)

    def inject(self, path: str, value: object) -> None:
        """Paths are those of :mod:`iccc.lab.onvif_inject`, and ``channels.<number>.<field>``: ``uri``, ``user``,
        ``password`` and ``mode`` of its receiver, ``name`` of its recording, ``job`` (Idle, Active, None to take the
        binding away) and ``days`` that its footage reaches back. ``disks.<bay>`` (running, warning, testing, down) and
        ``disks.size_tb`` where it has an agent.
        """
        head, *rest = path.split(".")
        if head == "disks" and len(rest) == 1 and rest[0].isdecimal() and int(rest[0]) in self.disks.drives:
            self.disks.drives[int(rest[0])] = one_of(value, STATUSES)
            return
        if path == "disks.size_tb":
            self.disks.size_tb = float(number(value, 1, 10_000))
            return
        if head != "channels":
            super().inject(path, value)
            return
        recorder_inject.inject(self.channels, rest, value)
        self._follow()

    def snapshot(self) -> dict[str, object]:
        """With the channels that are bound, by number: what each pulls, and whether it records."""
        return {**super().snapshot(), "channels": recorder_inject.snapshot(self.channels)}

    def gaps(self) -> dict[int, list[tuple[float, float | None]]]:
        """The times in which a channel did not record since it first did, by number; Unix seconds of its clock."""
        tokens = {recording.token: at for at, recording in enumerate(self.channels.recordings, 1)}
        return {tokens[token]: footage.gaps() for token, footage in sorted(self.channels.footage.items())}
