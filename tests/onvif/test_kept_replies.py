"""Identical replies are parsed once, so nobody may change what was parsed."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from lxml import etree

from iccc.onvif import soap
from iccc.onvif.errors import BadAnswer, OnvifError
from tests.onvif.replay import Case, cases, replay

HOSTNAME = b'<e:Envelope xmlns:e="urn:e"><e:Body><GetHostnameResponse>%b</GetHostnameResponse></e:Body></e:Envelope>'


@pytest.mark.parametrize("folder", cases("read") + cases("write"), ids=lambda path: path.name)
def test_no_procedure_changes_a_reply(folder: Path) -> None:
    case = Case(folder)
    with contextlib.suppress(OnvifError):
        replay(case.read() if "read" in case.data else case.write(), case.replies, [])
    for action, reply in case.replies:
        with contextlib.suppress(OnvifError):
            kept, fresh = soap.parse(reply, action), soap.parse(reply + b"\n", action)
            assert kept is not fresh
            assert etree.tostring(kept) == etree.tostring(fresh)


def test_the_same_reply_is_the_same_element() -> None:
    first = soap.parse(HOSTNAME % b"c1", "GetHostname")
    assert soap.parse(bytes(bytearray(HOSTNAME % b"c1")), "GetHostname") is first
    assert soap.parse(HOSTNAME % b"c2", "GetHostname") is not first
    with pytest.raises(BadAnswer):
        soap.parse(HOSTNAME % b"c1", "GetNTP")


def test_what_is_long_is_not_kept() -> None:
    long = HOSTNAME % (b" " * 20_000)
    assert soap.parse(long, "GetHostname") is not soap.parse(long, "GetHostname")
