"""Traps and informs of the lab's devices, taken by net-snmp's snmptrapd, and by a bare socket."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pysnmp.hlapi.v3arch.asyncio import CommunityData

from iccc.lab.lab import Lab
from iccc.lab.snmp import ber
from tests.lab.net.conftest import Served
from tests.lab.net.foreign import Trapd, ask, trapd
from tests.lab.net.test_mains import with_cabinets
from tests.lab.net.town import GI, bulb

TO, LISTENS = "10.77.1.250", "127.77.1.250"
TRAPS = "1.3.6.1.6.3.1.1.5"
COLD, WARM, DOWN, UP = (f".{TRAPS}.{number}" for number in range(1, 5))
CHANGED, ON_BATTERY = ".1.3.6.1.4.1.9.9.43.2.0.1", ".1.3.6.1.2.1.33.2.1"


@contextmanager
def bare() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind((LISTENS, 20162))
        receiver.settimeout(3)
        yield receiver


def test_what_the_configuration_asks_for_is_told(lab: Served) -> None:
    with trapd(LISTENS) as told:
        lab.client.lines("sw1", f"snmp-server host {TO} version 2c public")
        lab.client.lines("sw1", f"interface {GI}5", "description x")
        assert told.wait(CHANGED)
        lab.client.cable("sw1", f"{GI}1", False)
        assert f"{GI}1".replace("GigabitEthernet", "Gi") in told.wait(DOWN)
        lab.client.cable("sw1", f"{GI}1", True)
        assert told.wait(UP)
        lab.client.set("sw1", "saved", True)
        lab.client.set("sw1", "reboot", True)
        assert told.wait(WARM)
        lab.client.power("sw1", False)
        lab.client.power("sw1", True)
        assert told.wait(COLD)
        assert lab.address("sw1") in told.wait(COLD)


def test_nobody_is_told_who_did_not_ask(lab: Served) -> None:
    with bare() as receiver:
        receiver.settimeout(0.3)
        lab.client.cable("sw1", f"{GI}1", False)
        with pytest.raises(TimeoutError):
            receiver.recv(2000)


def test_an_inform_comes_again_until_it_is_acknowledged(lab: Served) -> None:
    lab.client.set("sw1", "informs_to", TO)
    with bare() as receiver:
        lab.client.cable("sw1", f"{GI}1", False)
        first, sender = receiver.recvfrom(2000)
        assert ber.parse(first).pdu.sort == ber.INFORM
        assert receiver.recv(2000) == first
        asked = ber.parse(first)
        receiver.sendto(ber.Message(1, asked.community, asked.pdu.answer(0, 0, asked.pdu.echo())).encoded(), sender)
        receiver.settimeout(1.3)
        with pytest.raises(TimeoutError):
            receiver.recv(2000)


def test_a_ups_tells_that_it_runs_on_battery() -> None:
    async def run(told: Trapd) -> None:
        lab = Lab(with_cabinets(), bulb)
        try:
            await lab.settle()
            await lab.inject("ups1", "traps_to", TO)
            await lab.set_power("ups1", False)
            assert "127.77.1.139" in await asyncio.to_thread(told.wait, ON_BATTERY)
        finally:
            await lab.close()

    with trapd(LISTENS) as told:
        asyncio.run(run(told))


def test_a_response_that_nobody_asked_for_is_not_answered(lab: Served) -> None:
    login = CommunityData(lab.sheet["communities"]["ro"])
    with bare() as sender:
        pdu = ber.Pdu(ber.RESPONSE, 7)
        sender.settimeout(0.2)
        sender.sendto(ber.Message(1, lab.sheet["communities"]["ro"], pdu).encoded(), (lab.address("sw1"), 20161))
        with pytest.raises(TimeoutError):
            sender.recv(2000)
    assert asyncio.run(ask(lab.address("sw1"), login, "1.3.6.1.2.1.1.5.0"))[0] == ""
