"""One lab for the tests of the switch, which each of them finds as declared; files about servers have their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from iccc.city.devices import City
from iccc.city.load import load_city
from tests.hosts.lab import SWITCH, OvsLab
from tests.hosts.move import VLAN, move
from tests.hosts.namespaces import hindrance
from tests.hosts.product import CITY, Product, copy_folders
from tests.hosts.site import site_of


@pytest.fixture(scope="session")
def city() -> City:
    """Bilaspur, as shipped; skips where no lab can be built."""
    reason = hindrance()
    if reason:
        pytest.skip(reason)
    return load_city(Path(__file__).parents[2], "bilaspur")


@pytest.fixture(scope="session")
def moved(city: City, tmp_path_factory: pytest.TempPathFactory) -> City:
    """Bilaspur with another management network."""
    root = tmp_path_factory.mktemp("moved")
    copy_folders(root)
    move(root / "cities" / CITY, site_of(city, SWITCH))
    return load_city(root, CITY)


@pytest.fixture(scope="package")
def running(city: City, moved: City) -> Iterator[OvsLab]:
    with OvsLab(city, moved=moved) as lab:
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


@pytest.fixture(scope="package")
def deployed(running: OvsLab, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """iccc, which has made the switch as declared once; what it saved is kept."""
    running.console.reset()
    product = Product(running, tmp_path_factory.mktemp("product"))
    product.hire()
    done = product.iccc("deploy", "--yes", "--limit", running.site.switch)
    assert done.returncode == 0, done.stdout + done.stderr
    running.console.keep()
    return product


@pytest.fixture
def converged(deployed: Product) -> Product:
    """The switch is as declared in every setting, its cameras answer; the declaration is as shipped."""
    deployed.redeclare()
    deployed.lab.console.restore()
    deployed.lab.carry(VLAN, True)
    for camera in deployed.lab.site.cameras:
        assert deployed.lab.becomes(camera.address, True)
    return deployed
