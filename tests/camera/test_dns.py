"""DNS servers of each make: set by hand, in their order, with the search domains as they were."""

from __future__ import annotations

import asyncio

import pytest

from iccc.camera import driver
from iccc.camera.desired import desired
from iccc.camera.state import CameraState
from iccc.lab.camera_model import AXIS, CPPLUS, DOME, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from iccc.observed import Outcome, Status
from iccc.onvif.state import Dns
from iccc.report.values import shown
from tests.camera.devices import camera, plugged, reach
from tests.unit.states import bilaspur, kanpur

SERVERS = ("10.0.0.2", "10.0.0.1")


async def put(number: int, *servers: str) -> list[Outcome]:
    return await driver.apply(camera(number), "dns", CameraState(dns=Dns(False, servers or SERVERS)), reach())


@pytest.mark.parametrize(
    ("number", "model"), [(131, AXIS), (132, HIKVISION), (133, CPPLUS), (134, GENERIC), (135, DOME)]
)
def test_servers_are_set_in_their_order(number: int, model: CameraModel) -> None:
    async def scenario() -> None:
        async with plugged(number, model) as lab:
            lab.inject("dns_from_dhcp", True)
            lab.inject("search_domains", "city.example")
            lab.inject("dns_servers", "10.0.0.1,10.0.0.2")
            outcomes = await put(number)
            assert {(o.change.path, o.status) for o in outcomes} == {
                ("dns.from_dhcp", Status.APPLIED),
                ("dns.servers", Status.APPLIED),
            }
            after = lab.snapshot()
            assert (after["dns_from_dhcp"], after["dns_servers"]) == (False, list(SERVERS))
            assert after["search_domains"] == ["city.example"]
            sets = lab.counters.sets
            assert sets == 1
            assert await put(number) == []
            assert lab.counters.sets == sets

    asyncio.run(scenario())


def test_what_a_camera_refuses_or_ignores_is_said() -> None:
    async def scenario() -> None:
        async with plugged(136, CPPLUS) as lab:
            too_many = await put(136, *SERVERS, "10.0.0.3")
            assert {outcome.status for outcome in too_many} == {Status.FAILED}
            assert "at most 2 DNS servers" in too_many[0].text
            lab.fault = Fault.IGNORES
            assert {outcome.status for outcome in await put(136)} == {Status.ACCEPTED_NOT_APPLIED}

    asyncio.run(scenario())


def test_only_cities_that_say_so_have_them() -> None:
    city = kanpur()
    wanted = desired(next(iter(city.cameras.values())), city)
    assert wanted.state.dns == Dns(False, city.dns_servers)
    assert wanted.where("dns.servers") == city.wheres["dns"]
    assert "dns" in driver.declared_sections(city) and "dns" not in driver.declared_sections(bilaspur())
    assert shown(SERVERS) == "10.0.0.2, 10.0.0.1"
