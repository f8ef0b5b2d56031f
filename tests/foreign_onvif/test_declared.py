"""Foreign clients read what is declared back from ten cameras of Kanpur, drawn at random, that iccc deployed."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from iccc.camera.desired import desired
from iccc.city.devices import Camera, City
from iccc.lab.camera_makes import model_for
from iccc.lab.camera_model import CameraModel
from tests.foreign_onvif.client import Door, started
from tests.foreign_onvif.makes import PORT
from tests.foreign_onvif.played import Played, deployed

JUNCTIONS = ("knp-j01", "knp-j02")
DRAWN = 10
SEED = int(os.environ.get("ICCC_SEED", random.randrange(10_000)))
LOCATION = "onvif://www.onvif.org/location/"
# onvif-zeep-async has neither Media2, which alone tells H.265, nor Digest, which some of them ask for.
ABLE = ("npm_onvif", "onveef", "onvif_python")


@pytest.fixture(scope="module")
def kanpur(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with deployed(tmp_path_factory.mktemp("kanpur"), JUNCTIONS) as played:
        yield played


@pytest.mark.parametrize("name", ABLE)
def test_ten_cameras_are_as_declared(kanpur: Played, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    there = sorted(camera.name for camera in kanpur.city.cameras.values() if camera.site in JUNCTIONS)
    drawn = random.Random(SEED).sample(there, DRAWN)
    with capsys.disabled():
        print(f"\n{name}, ICCC_SEED={SEED}: {', '.join(drawn)}")
    kanpur.lab.reset_counters()
    with started(name) as client:
        for camera in (kanpur.city.cameras[drawn_name] for drawn_name in drawn):
            model = model_for(camera.device_type)
            wanted = declared(camera, kanpur.city)
            host = "127." + camera.address.split(".", 1)[1]
            door = Door(host, PORT, "iccc", kanpur.password(camera.name, "iccc"), digest=not model.wsse)
            told = client.ask(door, "hostname", "ntp", "users", "encoders", "scopes", *(("osd",) if model.osd else ()))
            assert not any(part.error for part in told.values()), (camera.name, told)
            assert seen({part: one.value for part, one in told.items()}) == wanted, camera.name
    counted = kanpur.lab.counters()
    assert sum(counted[camera_name]["sets"] for camera_name in drawn) == 0
    assert all(counted[camera_name]["logins"] for camera_name in drawn)


def declared(camera: Camera, city: City) -> dict[str, Any]:
    """What the model wants of the camera, in the words of the clients."""
    state: Any = desired(camera, city).state
    model: CameraModel = model_for(camera.device_type)
    return {
        "hostname": state.hostname,
        "ntp": set(state.time.ntp_servers),
        "users": {name: str(user.level) for name, user in state.users.items()},
        "encoders": {
            (str(one.codec), one.width_px, one.height_px, one.fps, one.bitrate_kbps, one.gop)
            for one in state.encoders.values()
        },
        "location": {key: state.location[key] for key in ("city", "junction")},
        **({"osd": _drawn(state.osd["lower_left"].text.values, model)} if model.osd else {}),
    }


def _drawn(names: tuple[str, ...], model: CameraModel) -> list[str]:
    """In Devanagari where the camera draws it: the first of the names that it can draw."""
    assert model.osd is not None
    able = (name for name in names if not model.osd.latin_only or name.isascii())
    return [next(name for name in able if len(name) <= model.osd.text_length)]


def seen(told: dict[str, Any]) -> dict[str, Any]:
    """What a client has told, in the same form."""
    scopes = (scope.removeprefix(LOCATION).partition("/") for scope in told.pop("scopes") if scope.startswith(LOCATION))
    location = {unquote(key): unquote(value) for key, _, value in scopes}
    fields = ("codec", "width_px", "height_px", "fps", "bitrate_kbps", "gop")
    drawn = {"osd": [text for text in told["osd"] if text.startswith(told["hostname"])]} if "osd" in told else {}
    return {  # other corners of the picture are not declared
        **told,
        **drawn,
        "ntp": set(told["ntp"]),
        "encoders": {tuple(one[field] for field in fields) for one in told["encoders"].values()},
        "location": {key: location.get(key) for key in ("city", "junction")},
    }
