"""A maker's activation, held against answers that no camera should give."""

from __future__ import annotations

import base64

import pytest

from iccc.camera.activation import Ask
from iccc.camera.vendors import ACTIVATIONS
from iccc.onvif.errors import BadAnswer
from iccc.secrets import Secret

HIKVISION = ACTIVATIONS["hikvision"]
STATUS = b'<ActivateStatus xmlns="http://www.hikvision.com/ver20/XMLSchema"><Activated>%s</Activated></ActivateStatus>'


def test_the_status_is_true_or_false_and_nothing_else() -> None:
    for said, meant in ((b"true", True), (b"false", False)):
        talk = HIKVISION.is_active()
        assert next(talk) == Ask("GET", "/SDK/activateStatus")
        with pytest.raises(StopIteration) as ended:
            talk.send(STATUS % said)
        assert ended.value.value is meant
    for wrong in (STATUS % b"maybe", b"<html>login</html>", b"", b"\xff", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"):
        talk = HIKVISION.is_active()
        next(talk)
        with pytest.raises(BadAnswer):
            talk.send(wrong)


@pytest.mark.parametrize(
    "key", [b"", b"!!", base64.b64encode(b"zz"), base64.b64encode(b"00" * 128), base64.b64encode(b"ff" * 128)]
)
def test_a_challenge_that_cannot_be_opened_sends_no_password(key: bytes) -> None:
    talk = HIKVISION.activate(Secret("Factory-2026"))
    asked = next(talk)
    assert (asked.method, asked.path, asked.write) == ("POST", "/ISAPI/Security/challenge", False)
    with pytest.raises(BadAnswer, match="challenge gives"):
        talk.send(b"<Challenge><key>%s</key></Challenge>" % key)


def test_a_password_that_the_camera_would_cut_is_not_sent() -> None:
    with pytest.raises(BadAnswer, match="17 characters"):
        next(HIKVISION.activate(Secret("x" * 17)))


def test_what_is_sent_shows_no_password() -> None:
    assert "secret" not in repr(Ask("PUT", "/ISAPI/System/activate", b"secret", write=True))
