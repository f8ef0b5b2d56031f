"""The line to one device: its address, the way there, one serial keep-alive connection, and the form of SOAP on it."""

from __future__ import annotations

from iccc.city.devices import Camera, Device
from iccc.errors import Reason
from iccc.onvif import soap
from iccc.onvif.call import Call
from iccc.onvif.errors import BadAnswer, OnvifError, OnvifFault
from iccc.onvif.xml import Element
from iccc.sessions import digest
from iccc.sessions.http import HttpConnection, HttpError, HttpReply
from iccc.sessions.reach import Reach
from iccc.sessions.way import Way, connect_by, host_header, ways

FORM_KEY = "onvif_form"  # learned: the form of SOAP, where it is not the usual one


class Line:
    """Requests and their replies, on the open connection or a new one.

    The device is at its declared address, or where it was before it was moved; with ``at`` it has to be there.
    """

    def __init__(self, device: Device, reach: Reach, at: str | None) -> None:
        self.address = at or device.address  # declared or, until it has been moved, where it was before
        self.challenges: dict[str, digest.Challenge] = {}  # of this way, by path: some devices give each its own nonce
        self._device = device
        self._reach = reach
        self._elsewhere = device.reached_at if at is None and isinstance(device, Camera) else None
        self.ways = ways(device.name, reach)  # those that are left; the first one is tried, or in use
        self._connection: HttpConnection | None = None
        self._host = ""  # the header of its requests
        self._form = soap.Form(reach.learned.get(device.name, FORM_KEY) or soap.Form.SOAP12)
        self._form_sought = False

    @property
    def way(self) -> Way:
        """The way to the device that is tried, or in use."""
        return self.ways[0]

    @property
    def pin(self) -> str | None:
        """Of the certificate that the device shows on the open connection."""
        return self._connection.pin if self._connection is not None else None

    @property
    def certificate(self) -> bytes | None:
        """The one that the device shows on the open connection (DER)."""
        return self._connection.certificate if self._connection is not None else None

    def go(self, ways: list[Way]) -> None:
        """Another way from the next request on."""
        self.drop()
        self.challenges.clear()
        self.ways = ways

    def drop(self) -> None:
        """Give the connection back; the next request opens another one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def exchange(self, path: str, call: Call, header: str = "", authorization: str = "") -> HttpReply:
        """One request, with a SOAP header or with HTTP authorization, and its reply. Raises HttpError."""
        if self._connection is None or not self._connection.usable:
            self._connection = await self._connect()
            self._host = host_header(self.way, self.address, self._reach)
        lines = self._host + soap.headers(call.service, call.action, self._form)
        if authorization:
            lines += f"Authorization: {authorization}\r\n"
        body = soap.envelope(call.body, header, self._form)
        return await self._connection.request("POST", path, lines, body, self._reach.timeouts.http_s)

    async def unsigned(self, path: str, call: Call) -> Element:
        """The answer to a call without a login, in the form of SOAP that the device speaks: another is tried once."""
        reply = await self.exchange(path, call)
        try:
            return response(reply, call)
        except OnvifError as error:
            usual, other = self._form, soap.another_form(self._form, reply.status, reply.body, error)
            if other is None or self._form_sought:
                raise
            first = error
        self._form_sought, self._form = True, other
        try:
            answer = response(await self.exchange(path, call), call)
        except (OnvifError, HttpError) as error:
            if error.reason is Reason.UNAUTHORISED:  # it is understood
                raise
            self._form = usual
            raise first from None
        self._reach.learned.put(self._device.name, FORM_KEY, None if other is soap.Form.SOAP12 else str(other))
        return answer

    async def _connect(self) -> HttpConnection:
        while True:
            try:
                connection = await connect_by(self.ways[0], self.address, self._reach, soap.REPLY_LIMIT)
            except HttpError as error:
                if error.reason is Reason.REFUSED and len(self.ways) > 1:
                    self.go(self.ways[1:])
                elif error.reason in (Reason.REFUSED, Reason.NO_ANSWER) and self._elsewhere:
                    self.address, self._elsewhere = self._elsewhere, None
                    self.go(ways(self._device.name, self._reach))
                else:
                    raise
            else:
                self._elsewhere = None
                return connection


def response(reply: HttpReply, call: Call) -> Element:
    """The response element, whatever the HTTP status is: faults come with 200, 400 and 500."""
    try:
        return soap.parse(reply.body, call.action)
    except OnvifError as error:
        if reply.status in (401, 403) and error.reason is Reason.BAD_ANSWER:
            # ipycam has no subcode in the fault that comes with its 401.
            said = f": {error.text}" if isinstance(error, OnvifFault) else ""
            raise OnvifFault("NotAuthorized", f"HTTP {reply.status}{said}") from None
        if isinstance(error, BadAnswer) and reply.status != 200:
            raise BadAnswer(f"HTTP {reply.status}, {error}") from None
        raise
