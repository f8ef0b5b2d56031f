"""A client that shares nothing with the lab or the product: http.client, hashlib, and SOAP made by hand."""

from __future__ import annotations

import base64
import calendar
import hashlib
import http.client
import os
import re
import socket
import time
from dataclasses import dataclass

NS = {
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tr2": "http://www.onvif.org/ver20/media/wsdl",
    "timg": "http://www.onvif.org/ver20/imaging/wsdl",
    "tptz": "http://www.onvif.org/ver20/ptz/wsdl",
    "tt": "http://www.onvif.org/ver10/schema",
    "tan": "http://www.onvif.org/ver20/analytics/wsdl",
    "trc": "http://www.onvif.org/ver10/recording/wsdl",
    "trv": "http://www.onvif.org/ver10/receiver/wsdl",
    "tse": "http://www.onvif.org/ver10/search/wsdl",
    "trp": "http://www.onvif.org/ver10/replay/wsdl",
    "axt": "http://www.onvif.org/ver20/analytics",
    "tns1": "http://www.onvif.org/ver10/topics",
}
OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __contains__(self, text: str) -> bool:
        return text in self.body.decode()

    def value(self, name: str) -> str:
        """The text of the first element of that local name."""
        found = re.search(rf"<(?:\w+:)?{name}(?: [^>]*)?>([^<]*)<", self.body.decode())
        assert found, f"no {name} in {self.body.decode()}"
        return found[1]

    def all(self, name: str) -> list[str]:
        return re.findall(rf"<(?:\w+:)?{name}(?: [^>]*)?>([^<]*)<", self.body.decode())

    def challenge(self, algorithm: str = "MD5") -> dict[str, str]:
        for name, value in self.headers:
            if name.lower() == "www-authenticate" and f"algorithm={algorithm}" in value:
                return {
                    key: quoted or bare for key, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', value)
                }
        raise AssertionError(f"no {algorithm} challenge in {self.headers}")


def wsse(user: str, password: str, at: float | None = None) -> str:
    """A Security header; ``at`` is what the client takes for the camera's time."""
    nonce = os.urandom(16)
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    digest = base64.b64encode(hashlib.sha1(nonce + created.encode() + password.encode()).digest()).decode()
    return (
        f'<w:Security xmlns:w="{OASIS}-wssecurity-secext-1.0.xsd" xmlns:u="{OASIS}-wssecurity-utility-1.0.xsd">'
        f"<w:UsernameToken><w:Username>{user}</w:Username>"
        f'<w:Password Type="{OASIS}-username-token-profile-1.0#PasswordDigest">{digest}</w:Password>'
        f"<w:Nonce>{base64.b64encode(nonce).decode()}</w:Nonce><u:Created>{created}</u:Created>"
        "</w:UsernameToken></w:Security>"
    )


def envelope(body: str, security: str = "") -> bytes:
    names = " ".join(f'xmlns:{prefix}="{namespace}"' for prefix, namespace in NS.items())
    return (
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" {names}>'
        f"<s:Header>{security}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def digest(
    challenge: dict[str, str], user: str, password: str, method: str, uri: str, algorithm: str = "MD5", nc: int = 1
) -> str:
    """An ``Authorization`` header."""

    def h(text: str) -> str:
        return hashlib.new(algorithm.replace("-", ""), text.encode()).hexdigest()

    nonce, realm = challenge["nonce"], challenge["realm"]
    ha1 = h(f"{user}:{realm}:{password}")
    ha2 = h(f"{method}:{uri}")
    head = f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}"'
    head += f", algorithm={algorithm}"
    if "qop" not in challenge:
        response = h(f"{ha1}:{nonce}:{ha2}")
        return f'{head}, response="{response}"'
    response = h(f"{ha1}:{nonce}:{nc:08x}:abcd:auth:{ha2}")
    return f'{head}, qop=auth, nc={nc:08x}, cnonce="abcd", response="{response}"'


class Client:
    """One keep-alive connection."""

    def __init__(self, address: str, timeout_s: float = 5.0) -> None:
        self._connection = http.client.HTTPConnection(address, 20080, timeout=timeout_s)

    def post(self, body: bytes, path: str = "/onvif/device_service", **headers: str) -> Answer:
        self._connection.request("POST", path, body, {"Content-Type": "application/soap+xml", **headers})
        response = self._connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())

    def call(self, body: str, login: tuple[str, str] | None = None, at: float | None = None) -> Answer:
        """One operation, signed with WS-UsernameToken when a login is given."""
        return self.post(envelope(body, wsse(*login, at=at) if login else ""))

    def digest_call(self, body: str, login: tuple[str, str], algorithm: str = "MD5") -> Answer:
        """One operation with HTTP Digest, asked for a nonce first."""
        first = self.post(envelope(body))
        if first.status != 401:
            return first  # it needs no login
        challenge = first.challenge(algorithm)
        header = digest(challenge, *login, "POST", "/onvif/device_service", algorithm)
        return self.post(envelope(body), Authorization=header)

    def camera_time(self) -> float:
        """The camera's clock, read without a login."""
        answer = self.call("<tds:GetSystemDateAndTime/>")
        utc = answer.body.decode().split("UTCDateTime>")[1]
        numbers = {name: int(value) for name, value in re.findall(r"<tt:(\w+)>(\d+)<", utc)}
        fields = tuple(numbers[name] for name in ("Year", "Month", "Day", "Hour", "Minute", "Second"))
        return float(calendar.timegm(fields))

    def signed(self, body: str, login: tuple[str, str]) -> Answer:
        """One operation signed with the camera's own time."""
        return self.call(body, login, at=self.camera_time())

    def close(self) -> None:
        self._connection.close()


def rtsp(address: str, method: str, url: str, authorization: str = "", timeout_s: float = 5.0) -> Answer:
    """One RTSP request on a connection of its own."""
    with socket.create_connection((address, 20554), timeout_s) as sock:
        extra = f"Authorization: {authorization}\r\n" if authorization else ""
        sock.sendall(f"{method} {url} RTSP/1.0\r\nCSeq: 7\r\n{extra}\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            more = sock.recv(65536)
            if not more:
                raise ConnectionError("closed")
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
        length = int(dict(headers).get("Content-Length", "0"))
        while len(body) < length:
            body += sock.recv(65536)
        return Answer(int(lines[0].split()[1]), headers, body)


def describe(address: str, url: str, login: tuple[str, str]) -> Answer:
    """DESCRIBE with Digest."""
    challenge = rtsp(address, "DESCRIBE", url).challenge()
    return rtsp(address, "DESCRIBE", url, digest(challenge, *login, "DESCRIBE", url))
