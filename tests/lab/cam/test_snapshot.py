"""Snapshots over HTTP with Digest."""

from __future__ import annotations

import http.client
import io
import time

from PIL import Image, ImageStat

from iccc.lab.camera import LabCamera
from iccc.lab.device import Fault
from tests.lab.cam.client import Answer, digest
from tests.lab.cam.conftest import LOGIN, Lab

PATH = "/onvif/snapshot?profile=main"


def get(camera: LabCamera, path: str = PATH, login: tuple[str, str] = LOGIN, method: str = "GET") -> Answer:
    connection = http.client.HTTPConnection(camera.address, 20080, timeout=5)

    def ask(**headers: str) -> Answer:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())

    try:
        first = ask()
        if first.status != 401:
            return first
        return ask(Authorization=digest(first.challenge(), *login, method, path))
    finally:
        connection.close()


def picture(camera: LabCamera) -> Image.Image:
    answer = get(camera)
    assert answer.status == 200 and dict(answer.headers)["Content-Type"] == "image/jpeg"
    image = Image.open(io.BytesIO(answer.body))
    image.load()
    return image


def test_a_snapshot_is_a_picture_of_the_streams_shape_and_never_the_same(lab: Lab) -> None:
    camera = lab.camera()
    image = picture(camera)
    assert image.format == "JPEG" and image.size == (704, 396)
    assert ImageStat.Stat(image).stddev[0] > 30
    assert get(camera).body != get(camera).body
    camera.inject("encoders.main.resolution", "1280x960")
    assert picture(camera).size == (704, 528)


def test_who_may_have_it(camera: LabCamera) -> None:
    assert get(camera, login=("admin", "wrong-1")).status == 401
    assert get(camera, "/onvif/snapshot?profile=none").status == 404
    assert get(camera, method="POST").status == 405
    camera.inject("users.viewer", "User")
    assert get(camera, login=("viewer", "changed-1")).status == 200


def test_faults_show_in_the_picture(camera: LabCamera) -> None:
    spread = ImageStat.Stat(picture(camera).crop((0, 50, 704, 340))).stddev[0]
    camera.fault = Fault.BLACK
    black = ImageStat.Stat(picture(camera).crop((0, 50, 704, 340)))
    assert black.mean[0] < 12 and black.stddev[0] < 3
    camera.fault = Fault.FROZEN
    first = get(camera).body
    time.sleep(1.1)
    assert get(camera).body == first
    camera.fault = Fault.NONE
    assert get(camera).body != first and spread > 30
