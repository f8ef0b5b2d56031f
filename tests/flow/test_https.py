"""From HTTP with a technician's login to HTTPS alone, on the cameras of a town of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.declaration import edit
from tests.flow.town import Town, played

CAMERAS = ("--limit", "bsp-j01&kind:camera")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with played(tmp_path_factory.mktemp("https")) as town:
        declare(town.cities / "city.yaml")
        town.to_factory()
        yield town


def declare(file: Path) -> None:
    edit(
        file,
        r"  http: \{enabled: true, port: 80\}\n",
        "  http: {enabled: false, port: 80}\n  https: {enabled: true, port: 443}\n",
    )


def test_https_comes_up_and_http_goes(town: Town) -> None:
    first = town.deploy(*CAMERAS, code=2)
    # Number-plate cameras do not tell their certificates.
    assert "HTTP stays, for HTTPS is not proved: the camera does not tell its certificate; enrol it" in first.out
    enrolled = town.iccc("enrol", *CAMERAS, code=0)
    assert "2 certificates enrolled, 6 known, 0 without HTTPS, 0 not" in enrolled.out
    town.deploy(*CAMERAS, code=0)
    assert town.drift(*CAMERAS, code=0) == []
    town.hand.begin()
    town.deploy(*CAMERAS, code=0)
    assert not town.hand.written()


def test_a_changed_certificate_is_a_finding(town: Town) -> None:
    town.hand.lab.set("bsp-j01-c01", "certificate", "new")
    (finding,) = town.drift(*CAMERAS, code=3)
    assert (finding["device"], finding["class"], finding["seen"]) == ("bsp-j01-c01", "observability", "untrusted")
    assert "its certificate is not the known one" in finding["text"]
    assert "enrol bilaspur --limit bsp-j01-c01 --replace" in finding["next_step"]
    refused = town.iccc("enrol", "--limit", "bsp-j01-c01", code=2)
    assert "another certificate is enrolled" in refused.out
    town.iccc("enrol", "--limit", "bsp-j01-c01", "--replace", code=0)
    assert town.drift(*CAMERAS, code=0) == []
