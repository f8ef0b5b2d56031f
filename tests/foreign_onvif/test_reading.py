"""Foreign clients read of every make what the lab's devices are, through real sockets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.foreign_onvif.client import Door, ForeignClient
from tests.foreign_onvif.limits import NOT_OFFERED, SPOILT, limit
from tests.foreign_onvif.makes import MAKES, PORT, door, plugged, truth
from tests.lab.cam.conftest import LOGIN, Lab

SECOND = {"ntp_servers": ["10.80.0.10", "10.80.0.11"], "time_mode": "NTP", "users.viewer": "User"}


@pytest.mark.parametrize("make", MAKES)
def test_what_a_client_reads_is_what_the_device_is(lab: Lab, client: ForeignClient, make: str) -> None:
    device = plugged(lab, make)
    for path, value in SECOND.items():
        device.inject(path, value)
    wanted = truth(device)
    told = client.ask(door(device, client.name), *wanted)
    for part, value in wanted.items():
        seen, known = told[part], limit(client.name, part, make)
        if known is None:
            assert not seen.error, part
            assert seen.offered, part
            assert seen.value == value, part
        elif known.said == NOT_OFFERED:
            assert not seen.offered, part
        elif known.said == SPOILT:
            assert not seen.error and seen.value != value, part
        else:
            assert known.said in seen.error, part
    assert device.counters.sets == 0
    assert lab.judged() == []


def test_h265_is_told_by_media2_and_not_by_media_v1(lab: Lab, client: ForeignClient) -> None:
    device = plugged(lab, "generic")
    device.inject("encoders.main.codec", "H265")
    told = client.ask(door(device, client.name), "encoders")["encoders"].value
    by_media2 = limit(client.name, "encoders_media2", "generic") is None
    assert told["encoder_main"]["codec"] == ("H265" if by_media2 else "H264")
    assert told["encoder_sub"]["codec"] == "H264"


def test_a_wrong_password_is_refused_and_counted(lab: Lab, client: ForeignClient) -> None:
    device = plugged(lab, "generic")
    told = client.ask(replace(door(device, client.name), password="other-1"), "users")["users"]
    assert told.error and told.value is None
    assert device.counters.failures > 0
    assert device.counters.logins == 0


def test_a_clock_that_is_wrong_by_minutes_is_allowed_for(lab: Lab, client: ForeignClient) -> None:
    device = plugged(lab, "cpplus")
    device.inject("skew_s", -300)
    told = client.ask(Door(device.address, PORT, *LOGIN), "users")["users"]
    known = limit(client.name, "users_by_own_clock", "cpplus")
    if known is None:
        assert told.value == truth(device)["users"]
    else:
        assert known.said in told.error
