"""One operation on a camera, with the request and the answer held against the schemas."""

from __future__ import annotations

from iccc.lab.onvif import OnvifDevice
from tests.lab.cam.client import Answer, Client, envelope
from tests.lab.cam.conftest import LOGIN
from tests.oracle.xsd import validate


def ask(device: OnvifDevice, body: str) -> Answer:
    """The answer, which may be a fault; both messages are valid."""
    assert validate(envelope(body)) == [], body
    client = Client(device.address)
    answer = client.signed(body, LOGIN) if device.state.model.wsse else client.digest_call(body, LOGIN)
    client.close()
    assert validate(answer.body) == [], answer.body.decode()
    return answer


def done(device: OnvifDevice, body: str) -> Answer:
    """The answer, which is no fault."""
    answer = ask(device, body)
    assert answer.status == 200, answer.body.decode()
    return answer
