"""What a city wants of an appliance recorder."""

from __future__ import annotations

from iccc.city.devices import Camera, City, Recorder
from iccc.compare import AnyOf, Within
from iccc.onvif.state import Password, Time, TimeMode, User, UserLevel
from iccc.recorder.bindings import RTSP_PORT
from iccc.recorder.state import Channel, LoginState, Others, RecorderState
from iccc.secrets import STREAM_USER
from iccc.wanted import Wanted

STREAM = "main"  # which stream of a camera is recorded
USER = AnyOf((STREAM_USER, ""))  # some recorders do not tell it
LOGIN = AnyOf((LoginState.PROVED, LoginState.UNKNOWN))  # a camera that is silent says nothing of a password


def desired(recorder: Recorder, city: City) -> Wanted[RecorderState]:
    """The state that ``recorder`` shall have."""
    state = RecorderState(
        time=Time(
            mode=TimeMode.NTP,
            utc_offset_min=city.utc_offset_min,
            ntp_servers=frozenset(city.ntp_servers),
            skew_s=Within(city.max_skew_s),
        ),
        users={user.name: User(UserLevel(user.level), Password.PROVED) for user in city.recorder_users},
        channels=channels(recorder, city),
        others=Others(frozenset(), away) if (away := elsewhere(recorder, city)) else None,
    )
    places = {
        "": recorder.where,
        "time": city.wheres["time"],
        "time.ntp_servers": city.wheres["time.ntp"],
        "time.utc_offset_min": city.wheres["time.posix"],
        "time.skew_s": city.wheres["time.max_skew_s"],
    }
    places |= {f"users[{user.name}]": user.where for user in city.recorder_users}
    for camera in _recorded(recorder, city) if state.channels else ():
        places[f"channels[{camera.name}]"] = camera.origins.get("recorder", (camera.where,))[0]
    return Wanted(recorder.name, state, places)


def channels(recorder: Recorder, city: City) -> dict[str, Channel] | None:
    """The cameras that it shall record, in the order in which free channels are given to them.

    None where that is not managed: of a standby that stands in for nobody, of a server, which is no appliance, and of
    makes that take cameras by hand only.
    """
    if recorder.recorder_type != "appliance" or recorder.channels_by == "hand":
        return None
    found = on_it(recorder, city)
    return None if recorder.standby and not found else found


def elsewhere(recorder: Recorder, city: City) -> dict[str, str]:
    """Addresses of the cameras that a fail-over has taken from an appliance, or that have gone back from it."""
    if recorder.recorder_type != "appliance" or recorder.channels_by != "onvif":
        return {}
    gave_back = {one.recorder for one in city.failovers if one.to == recorder.name and not one.in_force}
    return {
        camera.name: camera.address
        for camera in city.cameras.values()
        if camera.on_the_wire and camera.recorder != recorder.name
        if camera.home == recorder.name or camera.declared_recorder in gave_back
    }


def on_it(recorder: Recorder, city: City) -> dict[str, Channel]:
    """What the declaration says of its channels, whoever binds them."""
    port = city.protocols.get("rtsp", (True, RTSP_PORT))[1]
    told = recorder.channels_by != "isapi"  # which names a camera by its address, and records what it likes
    return {
        camera.name: Channel(
            number=camera.channel,
            address=camera.address,
            port=port if told else None,
            stream=STREAM if told else None,
            user=USER if camera.ours else None,
            login=LOGIN if camera.ours else None,
            records=True if told else None,
        )
        for camera in _recorded(recorder, city)
    }


def _recorded(recorder: Recorder, city: City) -> list[Camera]:
    """By declared channel, then by site and slot: nothing depends on the place in a list."""
    found = [one for one in city.cameras.values() if one.recorder == recorder.name and one.on_the_wire]
    return sorted(found, key=lambda one: (one.channel is None, one.channel or 0, one.site, one.slot, one.name))
