"""One lab for the package; every test finds the switch as declared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iccc.city.devices import City
from iccc.city.load import load_city
from tests.hosts.lab import OvsLab
from tests.hosts.namespaces import hindrance


@pytest.fixture(scope="session")
def city() -> City:
    """Bilaspur, as shipped; skips where no lab can be built."""
    reason = hindrance()
    if reason:
        pytest.skip(reason)
    return load_city(Path(__file__).parents[2], "bilaspur")


@pytest.fixture(scope="package")
def running(city: City) -> Iterator[OvsLab]:
    with OvsLab(city) as lab:
        yield lab
        assert lab.crashes() == ""


@pytest.fixture
def lab(running: OvsLab) -> OvsLab:
    """The switch has its declared VLANs, and all cameras answer."""
    running.console.reset()
    running.declare()
    for camera in running.site.cameras:
        assert running.becomes(camera.address, True)
    return running
