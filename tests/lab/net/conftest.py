"""A served town: the lab in its own thread, as ``iccc lab`` serves it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from iccc import guard
from iccc.city.devices import City
from iccc.lab.client import LabClient
from iccc.lab.serve import serve
from tests.lab.net.town import bulb, declared_lines, town

guard.install()


@dataclass(frozen=True)
class Served:
    """A running lab and what its technicians wrote down."""

    city: City
    client: LabClient
    sheet_path: Path

    @property
    def sheet(self) -> dict[str, Any]:
        return dict(json.loads(self.sheet_path.read_text(encoding="utf-8")))

    def address(self, name: str) -> str:
        return "127." + self.city.device(name).address.split(".", 1)[1]

    def netmiko(self, name: str, **more: Any) -> dict[str, Any]:
        """What netmiko's ConnectHandler wants."""
        user, password = self.sheet["logins"]["switch"]
        return {
            "device_type": "cisco_ios", "host": self.address(name), "port": 20022,
            "username": user, "password": password, "conn_timeout": 3, **more,
        }  # fmt: skip

    def deploy(self) -> None:
        for name, switch in self.city.switches.items():
            self.client.lines(name, *declared_lines(switch))
            self.client.set(name, "saved", True)


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("lab")
    control, sheet = folder / "control", folder / "sheet.json"
    city = town()
    ready = threading.Event()
    failed: list[BaseException] = []

    def play() -> None:
        try:
            asyncio.run(serve(city, control, bulb, lambda summary: ready.set(), sheet))
        except BaseException as error:  # noqa: BLE001  shown by the fixture
            failed.append(error)
            ready.set()

    thread = threading.Thread(target=play)
    thread.start()
    assert ready.wait(20)
    assert not failed
    client = LabClient(control)
    yield Served(city, client, sheet)
    client.stop()
    thread.join(10)
    assert not failed


@pytest.fixture
def lab(running: Served) -> Served:
    """The town at factory state."""
    running.client.reset()
    running.client.reset_counters()
    return running
