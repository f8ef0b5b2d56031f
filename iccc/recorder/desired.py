"""What a city wants of an appliance recorder."""

from __future__ import annotations

from iccc.city.devices import City, Recorder
from iccc.compare import Within
from iccc.onvif.state import Password, Time, TimeMode, User, UserLevel
from iccc.recorder.state import RecorderState
from iccc.wanted import Wanted


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
    )
    places = {
        "": recorder.where,
        "time": city.wheres["time"],
        "time.ntp_servers": city.wheres["time.ntp"],
        "time.utc_offset_min": city.wheres["time.posix"],
        "time.skew_s": city.wheres["time.max_skew_s"],
    }
    places |= {f"users[{user.name}]": user.where for user in city.recorder_users}
    return Wanted(recorder.name, state, places)
