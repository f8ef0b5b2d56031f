"""Digital channels over ISAPI, as the maker's developer guide has them: told, and not set.

Source: Hik-Partner Pro OpenAPI Developer Guide V2.14.0, A.5.17 to A.5.20 and A.5.27.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from iccc.lab.http import Response
from iccc.lab.onvif_soap import escape
from iccc.lab.recorder_state import ChannelState, Link

CHANNELS = "/ISAPI/ContentMgmt/InputProxy/channels"
STATUS = f"{CHANNELS}/status"
_SPACE = "http://www.isapi.org/ver20/XMLSchema"
_XML = "application/xml"


def answer(state: ChannelState, path: str, method: str) -> Response:
    """Whoever asks has logged in."""
    if path not in (CHANNELS, STATUS):
        return _refused(path, "notSupport")
    if method != "GET":
        return _refused(path, "methodNotAllowed")
    name = "InputProxyChannelList" if path == CHANNELS else "InputProxyChannelStatusList"
    inner = "".join(_entry(state, number, path == STATUS) for number in range(1, len(state.recordings) + 1))
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} version="2.0" xmlns="{_SPACE}">{inner}</{name}>'
    return Response(200, body.encode(), _XML)


def _entry(state: ChannelState, number: int, status: bool) -> str:
    recording = state.recordings[number - 1]
    job = next((job for job in state.jobs if job.recording == recording.token), None)
    receiver = next((one for one in state.receivers if job is not None and one.token == job.receiver), None)
    if receiver is None:
        return ""
    host = urlsplit(receiver.uri).hostname or ""
    source = (
        "<sourceInputPortDescriptor><adminProtocol>ONVIF</adminProtocol>"
        f"<addressingFormatType>ipaddress</addressingFormatType><ipAddress>{escape(host)}</ipAddress>"
        f"<managePortNo>80</managePortNo><srcInputPort>1</srcInputPort><userName>{escape(receiver.user)}</userName>"
        "<streamType>auto</streamType></sourceInputPortDescriptor>"
    )
    if not status:
        name = escape(recording.name)
        return f"<InputProxyChannel><id>{number}</id><name>{name}</name>{source}</InputProxyChannel>"
    link = state.links.get(receiver.token, Link())
    online = link.state == "Connected"
    result = "connect" if online else "errorUserNameOrPasswd" if "401" in link.error else "netUnreachable"
    return (
        f"<InputProxyChannelStatus><id>{number}</id>{source}<online>{str(online).lower()}</online>"
        f"<streamingProxyChannelIdList><streamingProxyChannelId>{number}01</streamingProxyChannelId>"
        f"</streamingProxyChannelIdList><chanDetectResult>{result}</chanDetectResult></InputProxyChannelStatus>"
    )


def _refused(path: str, why: str) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ResponseStatus version="2.0" '
        f'xmlns="http://www.std-cgi.org/ver20/XMLSchema"><requestURL>{escape(path)}</requestURL>'
        "<statusCode>4</statusCode><statusString>Invalid Operation</statusString>"
        f"<subStatusCode>{why}</subStatusCode></ResponseStatus>"
    )
    return Response(403, body.encode(), _XML)
