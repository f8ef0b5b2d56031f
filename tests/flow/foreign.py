"""Somebody with other tools: SOAP made by hand, netmiko and pysnmp as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import paramiko
from netmiko import BaseConnection, ConnectHandler
from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    set_cmd,
)

from tests.flow.town import Town
from tests.lab.cam.client import Answer, Client


class Foreigner:
    """Knows the town's passwords, and no code of iccc."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._passwords = town.managed()
        self._sheet = town.sheet

    def soap(self, device: str, body: str, user: str = "admin") -> Answer:
        """One ONVIF operation with the managed password of ``user``, which has to succeed."""
        with _client(self.address(device)) as client:
            answer = _signed(client, body, (user, self._passwords[device, user]))
        assert answer.status == 200, (device, answer.status, answer.body)
        return answer

    def type(self, switch: str, *lines: str) -> None:
        """Configure a switch over SSH with the technician's login, and save."""
        with self.console(switch) as session:
            assert "%" not in session.send_config_set(list(lines))
            session.save_config()

    def console(self, switch: str) -> BaseConnection:
        """A command line of a switch, with the technician's login."""
        user, password = self._sheet["logins"]["switch"]
        return ConnectHandler(
            device_type="cisco_ios", host=self.address(switch), port=20022, username=user, password=password
        )

    def configurations(self, switch: str) -> tuple[list[str], list[str]]:
        """The running and the startup configuration as the switch shows them, without headings and time stamps."""
        with self.console(switch) as session:
            shown = [str(session.send_command(f"show {which}-config")) for which in ("running", "startup")]
        running, startup = ([line for line in text.splitlines() if _lasts(line)] for text in shown)
        return running, startup

    def set_snmp(self, switch: str, oid: str, value: Any) -> None:
        """One SNMP SET, which has to be taken."""

        async def put() -> Any:
            target = await UdpTransportTarget.create((self.address(switch), 20161), timeout=2)
            community = CommunityData(self._sheet["communities"]["rw"], mpModel=1)
            engine = SnmpEngine()
            try:
                pair = ObjectType(ObjectIdentity(oid), value)
                return await set_cmd(engine, community, target, ContextData(), pair)
            finally:
                engine.close_dispatcher()

        failure, status, *_ = asyncio.run(put())
        assert not failure and not status, (switch, failure, status)

    def users(self, device: str) -> list[str]:
        """The names of all users of a device, as it tells them."""
        return self.soap(device, "<tds:GetUsers/>").all("Username")

    def refused(self) -> list[tuple[str, str]]:
        """The managed (device, user) pairs whose password does not log in."""
        return [pair for pair, password in self._passwords.items() if not self._logs_in(*pair, password)]

    def address(self, device: str) -> str:
        return "127." + self._town.city.device(device).address.split(".", 1)[1]

    def _logs_in(self, device: str, user: str, password: str) -> bool:
        if device in self._town.city.switches:
            return self._logs_in_to_switch(self.address(device), user, password)
        with _client(self.address(device)) as client:
            return _signed(client, "<tds:GetDeviceInformation/>", (user, password)).status == 200

    @staticmethod
    def _logs_in_to_switch(address: str, user: str, password: str) -> bool:
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        try:
            client.connect(address, 20022, user, password, look_for_keys=False, allow_agent=False, timeout=10)
        except paramiko.AuthenticationException:
            return False
        finally:
            client.close()
        return True


def _lasts(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("!", "Using", "Building", "Current configuration"))


def _signed(client: Client, body: str, login: tuple[str, str]) -> Answer:
    """WS-UsernameToken, or HTTP Digest where the device wants that."""
    answer = client.signed(body, login)
    return client.digest_call(body, login) if answer.status == 401 else answer


@contextmanager
def _client(address: str) -> Iterator[Client]:
    client = Client(address)
    try:
        yield client
    finally:
        client.close()
