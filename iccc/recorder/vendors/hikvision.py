"""Channels of Hikvision recorders (ISAPI, digital channels): which camera is on which, and whether it is connected.

They are read only: by the maker's document the login that is written has to be encrypted, and how is not in it. ISAPI
names a camera by address and management port; which stream is recorded the recorder decides by itself.

Source: Hik-Partner Pro OpenAPI Developer Guide V2.14.0, A.5.17 XML_InputProxyChannel to A.5.20
XML_InputProxyChannelStatusList. Older firmware has another namespace, and ``proxyProtocol`` for ``adminProtocol``.
"""

from __future__ import annotations

from collections.abc import Iterator

from iccc.onvif.errors import BadAnswer
from iccc.onvif.soap import document
from iccc.onvif.xml import Element, children, find, local, need_int, text
from iccc.recorder.state import Channel, LoginState

CHANNELS = "/ISAPI/ContentMgmt/InputProxy/channels"
STATUS = "/ISAPI/ContentMgmt/InputProxy/channels/status"
REFUSED = "errorUserNameOrPasswd"  # chanDetectResult


def channels(listed: bytes, status: bytes) -> list[Channel]:
    """What is bound, by the answers at :data:`CHANNELS` and :data:`STATUS`. Raises BadAnswer."""
    logins = dict(_logins(status))
    found: list[Channel] = []
    for entry in children(_root(listed, "InputProxyChannelList"), "InputProxyChannel"):
        source = find(entry, "sourceInputPortDescriptor")
        address = text(source, "ipAddress") or text(source, "hostName") if source is not None else None
        if source is None or not address or address == "0.0.0.0":  # noqa: S104  an empty place
            continue
        number = need_int(entry, "id")
        login = logins.get(number, LoginState.UNKNOWN)
        found.append(Channel(number, address, user=text(source, "userName") or "", login=login))
    return found


def _logins(status: bytes) -> Iterator[tuple[int, LoginState]]:
    for entry in children(_root(status, "InputProxyChannelStatusList"), "InputProxyChannelStatus"):
        if text(entry, "online") == "true":
            yield need_int(entry, "id"), LoginState.PROVED
        else:
            refused = text(entry, "chanDetectResult") == REFUSED
            yield need_int(entry, "id"), LoginState.REFUSED if refused else LoginState.UNKNOWN


def _root(body: bytes, name: str) -> Element:
    root = document(body)
    if local(root) != name:
        raise BadAnswer(f"the answer is {local(root)[:40]!r}, not {name}")
    return root
