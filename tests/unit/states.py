"""Random states of devices, and what a city looks like when all is as declared."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from iccc import fleet
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
    Osd,
    Preset,
    Protocol,
    Rule,
    Shows,
)
from iccc.city.devices import City, Device, Switch
from iccc.city.load import load_city
from iccc.compare import Unread, Within
from iccc.errors import Reason
from iccc.observed import Observed
from iccc.onvif.state import Dns, Password, Time, TimeMode, User, UserLevel
from iccc.recorder.state import LoginState, RecorderState
from iccc.secrets import STREAM_USER
from iccc.switch.seen import PortFacts, SwitchFacts
from iccc.switch.state import ALL_VLANS, Port, PortMode, SwitchState, Vlan
from tests.support import NOW

ROOT = Path(__file__).parents[2]


@cache
def bilaspur() -> City:
    return load_city(ROOT, "bilaspur")


@cache
def kanpur() -> City:
    return load_city(ROOT, "kanpur")


words = st.text(min_size=1, max_size=8)
numbers = st.integers(0, 9)
unread = st.builds(Unread, st.sampled_from(list(Reason)), st.text(max_size=20))

times = st.builds(
    Time,
    mode=st.sampled_from(list(TimeMode)),
    utc_offset_min=st.integers(-720, 840),
    ntp_servers=st.frozensets(words, max_size=3),
    skew_s=st.floats(-100, 100),
)
users = st.dictionaries(
    words, st.builds(User, st.sampled_from(list(UserLevel)), st.sampled_from(list(Password))), max_size=3
)
encoders = st.dictionaries(
    st.sampled_from(["main", "sub"]),
    st.builds(Encoder, st.sampled_from(list(Codec)), numbers, numbers, st.floats(1, 60), numbers, numbers),
)
camera_states = st.builds(
    CameraState,
    time=times,
    hostname=words,
    location=st.dictionaries(words, words, max_size=3),
    dns=st.builds(Dns, st.booleans(), st.lists(words, max_size=2).map(tuple)),
    users=users,
    encoders=encoders,
    audio=st.dictionaries(st.sampled_from(["main", "sub"]), st.booleans(), max_size=2),
    multicast=st.dictionaries(st.sampled_from(["main", "sub"]), st.booleans(), max_size=2),
    metadata=st.dictionaries(st.sampled_from(["main", "sub"]), st.builds(Metadata, *[st.booleans()] * 3), max_size=2),
    osd=st.dictionaries(words, st.builds(Osd, st.sampled_from(list(Shows)), words), max_size=3),
    masks=st.dictionaries(words, st.builds(Mask, st.just(((0.0, 0.0), (0.0, 1.0), (1.0, 1.0))), st.booleans())),
    imaging=st.builds(Imaging, wdr=words, ir_cut=words, max_exposure_us=st.floats(1, 99999)),
    rules=st.dictionaries(st.sampled_from(["motion", "tamper"]), st.builds(Rule, st.booleans(), st.floats(0, 100))),
    edge_recording=st.builds(EdgeRecording, st.booleans(), words, words),
    presets=st.dictionaries(words, st.builds(Preset, *[st.floats(0, 1)] * 3), max_size=3),
    protocols=st.dictionaries(words, st.builds(Protocol, st.booleans(), numbers), max_size=3),
    dot1x=st.builds(Dot1x, words, words),
    network=st.builds(Network, words, numbers, words, st.booleans()),
)
vlan_sets = st.one_of(st.frozensets(st.integers(1, 4094), max_size=5), st.just(ALL_VLANS))
ports = st.builds(
    Port, words, st.sampled_from(list(PortMode)), st.integers(1, 4094), vlan_sets, st.one_of(st.none(), st.booleans())
)
switch_states = st.builds(
    SwitchState,
    hostname=words,
    vlans=st.dictionaries(st.integers(1, 4094), st.builds(Vlan, words), max_size=4),
    ports=st.dictionaries(words, ports, max_size=4),
    ntp_servers=st.frozensets(words, max_size=3),
    syslog_hosts=st.frozensets(words, max_size=3),
    saved=st.booleans(),
)
states = st.one_of(camera_states, switch_states)


def as_declared(device: Device, city: City) -> Observed[Any, Any]:
    """The device, read, when everything on it is as declared."""
    state = fleet.wanted(device, city).state
    if hasattr(state, "time") and isinstance(state.time.skew_s, Within):
        state = replace(state, time=replace(state.time, skew_s=0.25))
    if isinstance(state, RecorderState) and isinstance(state.channels, dict):
        seen = {
            name: replace(channel, number=number, user=STREAM_USER, login=LoginState.PROVED)
            for number, (name, channel) in enumerate(state.channels.items(), 1)
        }
        state = replace(state, channels=seen)
    facts = None
    if isinstance(state, SwitchState) and isinstance(state.ports, dict):
        facts = SwitchFacts(
            device.name, "IOS", 60.0, {name: PortFacts(oper_up=True, poe_delivering=True) for name in state.ports}
        )
    return Observed(device.name, state, facts, NOW)


def silent(device: Device, reason: Reason = Reason.NO_ANSWER) -> Observed[Any, Any]:
    """The device when nothing answers."""
    nothing = Unread(reason, f"{device.name} {device.address}: no answer within 3 s")
    facts = SwitchFacts(nothing, nothing, nothing, nothing) if isinstance(device, Switch) else None
    return Observed(device.name, nothing, facts, NOW)
