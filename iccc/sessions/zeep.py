"""onvif-zeep in its place: ad-hoc calls of any operation in its WSDL files.

Its WSDL files know neither Media2 nor H.265, and parsing with it takes many times as long as the fast reader.
What it does by itself is taken from it: I/O in the constructor, WSDL files parsed anew for each camera, a
subscription that is never released, XAddrs as they come, no time-out, a configured root logger, deleted proxy
variables. All of this is synchronous; async callers use ``asyncio.to_thread``.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import requests
import requests.adapters
import urllib3.exceptions
import zeep.exceptions
from lxml import etree
from zeep import Client, Settings, Transport
from zeep.helpers import serialize_object
from zeep.wsdl import Document
from zeep.wsse.username import UsernameToken

from iccc import guard
from iccc.city.devices import Device
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason, UsageError
from iccc.explain import did_you_mean
from iccc.onvif import soap
from iccc.onvif.call import Service, read
from iccc.onvif.errors import BadAnswer, OnvifError, OnvifFault
from iccc.onvif.identity import same_serial
from iccc.onvif.services import DEVICE_PATH, path_of
from iccc.onvif.state import ClockReading
from iccc.onvif.time import read_clock
from iccc.secrets import Login, not_tried
from iccc.sessions import digest
from iccc.sessions.onvif import other_unit, refuse_unwritten
from iccc.sessions.onvif_login import AUTH_KEY
from iccc.sessions.quiet import quiet_import
from iccc.sessions.reach import Reach
from iccc.sessions.way import Way, ways

onvif = quiet_import("onvif")
client = quiet_import("onvif.client")

WSDL = Path(onvif.__file__).parents[1] / "wsdl"
_NAMESPACE = re.compile(r"\{[^}]*\}|\bns\d+:")
_SETTINGS = Settings(strict=False, xml_huge_tree=False)
_PIECE = 64 * 1024  # bytes that are unpacked at once
_lock = threading.Lock()


class Engine(onvif.ONVIFCamera):  # type: ignore[misc, name-defined]  # the package is untyped
    """An ONVIFCamera that reaches its device as the rest of iccc does: dialled, guarded, timed, on shared WSDLs."""

    def __init__(self, device: Device, reach: Reach) -> None:
        # Not the parent's constructor: that one talks to the device.
        self._transport = _Transport(device, reach)
        self.services: dict[str, Any] = {}
        self._paths: dict[str, str] = {}

    def create_onvif_service(self, name: str, from_template: bool = True, portType: str | None = None) -> Any:  # noqa: ARG002, N803
        """The service as onvif-zeep makes it, on a WSDL that was parsed once for all devices."""
        definition = client.SERVICES.get(name.lower())
        if definition is None:
            raise BadAnswer(f"no service {name!r}; there are {', '.join(client.SERVICES)}")
        file = str(WSDL / definition["wsdl"])
        with _lock:
            document = _document(file)
        address = f"http://device{self._path(name.lower(), definition['ns'])}"
        binding = f"{{{definition['ns']}}}{definition['binding']}"
        soap_client = Client(document, wsse=self._transport, transport=self._transport, settings=_SETTINGS)
        service = client.ONVIFService(address, None, None, file, zeep_client=soap_client, binding_name=binding)
        self.services[name.lower()] = service
        return service

    def ask(self, service: str, operation: str, parameters: Mapping[str, object]) -> dict[str, Any]:
        """The reply as plain data; one that is not a mapping stands under ``value``. Raises DeviceError."""
        where = self._transport.where(operation)
        try:
            self._transport.open()
            found = self.services.get(service.lower()) or self.create_onvif_service(service)
            reply = getattr(found, operation)(dict(parameters) or None)
        except client.ONVIFError as error:
            raise self._transport.judged(_device_error(error.__context__ or error, where)) from None
        except (OSError, OnvifError, AttributeError) as error:
            raise self._transport.judged(_device_error(error, where)) from None
        self._transport.accepted = True
        plain = _bare(serialize_object(reply, target_cls=dict))
        return plain if isinstance(plain, dict) else {"value": plain}

    def where(self, operation: str) -> str:
        """Device, declared address and operation, for messages."""
        return self._transport.where(operation)

    @property
    def skew_s(self) -> float | Unread | None:
        """The device's time minus the real one, as read before the first call; None where it does not tell."""
        return self._transport.skew_s

    def has(self, service: Service) -> bool:
        """Whether the device lists the service. Raises DeviceError."""
        if not self._paths:
            listed = self.ask("devicemgmt", "GetServices", {"IncludeCapability": False})["value"]
            self._paths = {entry["Namespace"]: path_of(entry["XAddr"]) for entry in listed}
        return str(service) in self._paths

    def _path(self, name: str, namespace: str) -> str:
        if name == "devicemgmt":
            return DEVICE_PATH
        self.has(Service.DEVICE)
        if namespace not in self._paths:
            raise OnvifFault("NoSuchService", f"the device lists no {name} service")
        return self._paths[namespace]


def _bare(reply: Any) -> Any:
    """Without the places that zeep keeps for attributes of other schemas, where nothing stands in them."""
    if isinstance(reply, dict):
        return {key: _bare(value) for key, value in reply.items() if not (key.startswith("_attr_") and not value)}
    return [_bare(value) for value in reply] if isinstance(reply, list) else reply


def call(device: Device, reach: Reach, service: str, operation: str, **parameters: object) -> dict[str, Any]:
    """One operation as its WSDL describes it: ``call(camera, reach, "devicemgmt", "GetDNS")``.

    ``service`` is onvif-zeep's name (``devicemgmt``, ``media``, ``ptz``, ``imaging``, …). Everything but a Get goes
    only to devices of ours. Raises DeviceError.
    """
    engine = Engine(device, reach)
    if not operation.startswith("Get"):
        refuse_unwritten(device, engine.where(operation))
    if (enrolled := reach.trust.serial(device.name)) is not None:
        serial = str(engine.ask("devicemgmt", "GetDeviceInformation", {}).get("SerialNumber") or "")
        if not same_serial(serial, enrolled):
            raise other_unit(engine.where(operation), serial, enrolled)
    return engine.ask(service, operation, parameters)


def services() -> tuple[str, ...]:
    """The services that onvif-zeep has a WSDL of, by its names."""
    return tuple(client.SERVICES)


def operations(service: str) -> dict[str, str]:
    """The operations of a service with their parameters, as the WSDL has them. UsageError: there is no such service."""
    return {name: _signature(operation) for name, operation in sorted(_operations(service).items())}


def check(service: str, operation: str, parameters: Mapping[str, object]) -> None:
    """Raises UsageError for a call that the WSDL does not allow; nothing is sent."""
    known = _operations(service)
    if operation not in known:
        raise UsageError(f"{service} has no {operation!r}{did_you_mean(operation, known)}")
    try:
        known[operation].create(**parameters)
    except (TypeError, ValueError, zeep.exceptions.Error) as error:
        said = _NAMESPACE.sub("", str(error).splitlines()[0]).partition(". Signature")[0]
        raise UsageError(f"{operation}({_signature(known[operation])}): {said}") from None


def _signature(operation: Any) -> str:
    return _NAMESPACE.sub("", str(operation.input.signature()))


def _operations(service: str) -> dict[str, Any]:
    definition = client.SERVICES.get(service.lower())
    if definition is None:
        raise UsageError(f"no service {service!r}; there are {', '.join(client.SERVICES)}")
    with _lock:
        document = _document(str(WSDL / definition["wsdl"]))
    found: dict[str, Any] = document.bindings[f"{{{definition['ns']}}}{definition['binding']}"]._operations  # noqa: SLF001
    return found


class _Reply:
    """What zeep wants to see of a reply."""

    def __init__(self, response: requests.Response, where: str, limit_s: float) -> None:
        self.status_code = response.status_code
        self.headers = response.headers
        self.encoding = "utf-8"
        self.challenges: list[str] = response.raw.headers.getlist("WWW-Authenticate")
        self.content = _whole(response, limit_s)
        if len(self.content) > soap.REPLY_LIMIT:
            raise BadAnswer(f"the answer is longer than {soap.REPLY_LIMIT} bytes ({where})")


class _Transport(Transport):  # type: ignore[misc]  # the package is untyped
    """One keep-alive connection to the dialled address, whatever host a URL names; signs as the device wants it."""

    def __init__(self, device: Device, reach: Reach) -> None:
        session = requests.Session()
        session.trust_env = False  # no proxy stands between us and a camera
        super().__init__(session=session)
        self._device = device
        self._reach = reach
        self._login: Login | None = None
        self.accepted = False  # the login, by an answer that was no fault
        self._mode = ""
        self._ways = ways(device.name, reach)
        if pins := self._ways[0].pins:
            session.mount("https://", _Pinned(pins))
            session.verify = False  # by an authority; the pin is compared
        self._reading: ClockReading | None = None

    def where(self, operation: str) -> str:
        return f"{self._device.name} {self._device.address}:{self._ways[0].port}  onvif {operation}"

    @property
    def skew_s(self) -> float | Unread | None:
        return None if self._reading is None else self._reading.skew_s

    def open(self) -> None:
        """Once: read the clock, take the first login, and find out how the device authenticates."""
        if self._login is not None:
            return
        logins = self._reach.credentials.logins(self._device.name)
        if not logins:
            text = not_tried(self._reach.credentials, self._device.name)
            raise DeviceError(Reason.BACK_OFF, self.where("login"), text)
        procedure = read_clock(self._reach.clock)
        asked = next(procedure)
        reply = self._send(DEVICE_PATH, soap.envelope(asked.body), {})
        try:
            procedure.send(soap.parse(reply.content, asked.action))
        except StopIteration as done:
            self._reading = done.value
        self._mode = self._reach.learned.get(self._device.name, AUTH_KEY) or self._probe()
        self._login = logins[0]

    def judged(self, error: DeviceError) -> DeviceError:
        """Keeps account of a refused login. One that was accepted before may be refused an operation, and is good."""
        if error.reason is Reason.UNAUTHORISED and not self.accepted:
            self._reach.credentials.refused(self._device.name, self._login)
        return error

    def post(self, address: str, message: bytes, headers: Mapping[str, str]) -> _Reply:
        path = path_of(address)
        reply = self._send(path, message, headers)
        challenge = digest.choose(reply.challenges)
        if self._mode == "digest" and reply.status_code == 401 and challenge is not None and self._login is not None:
            signature = digest.authorization(challenge, self._login, "POST", path)
            reply = self._send(path, message, {**headers, "Authorization": signature})
        if reply.status_code == 401:
            raise OnvifFault("NotAuthorized", "HTTP 401")
        return reply

    def apply(self, envelope: Any, headers: Any) -> tuple[Any, Any]:
        """As zeep's WSSE plugin: WS-UsernameToken in the device's own time, unless it wants Digest."""
        if self._mode == "digest" or self._login is None:
            return envelope, headers
        created = self._reach.clock.now()
        if self._reading is not None and not isinstance(self._reading.skew_s, Unread):
            created += timedelta(seconds=self._reading.skew_s)
        token = UsernameToken(
            self._login.user, self._login.password.reveal(), use_digest=True, created=created, zulu_timestamp=True
        )
        signed: tuple[Any, Any] = token.apply(envelope, headers)
        return signed

    def verify(self, envelope: Any) -> None:
        """As zeep's WSSE plugin: replies are not signed."""

    def _probe(self) -> str:
        reply = self._send(DEVICE_PATH, soap.envelope(read(Service.DEVICE, "GetDeviceInformation").body), {})
        wants = reply.status_code == 401 and digest.choose(reply.challenges) is not None
        mode = "digest" if wants else "wsse"
        self._reach.learned.put(self._device.name, AUTH_KEY, mode)
        return mode

    def _send(self, path: str, message: bytes, headers: Mapping[str, str]) -> _Reply:
        while True:
            try:
                return self._send_by(self._ways[0], path, message, headers)
            except requests.ConnectionError as error:
                if len(self._ways) == 1 or not _is_refusal(error):
                    raise
                self._ways = self._ways[1:]

    def _send_by(self, way: Way, path: str, message: bytes, headers: Mapping[str, str]) -> _Reply:
        host, port = self._reach.dial(self._device.address, way.port)
        guard.check(host)
        times = self._reach.timeouts
        response = self.session.post(
            f"{way.scheme}://{host}:{port}{path}",
            data=message,
            headers={"Content-Type": "application/soap+xml; charset=utf-8", **headers},
            timeout=(times.connect_s, times.http_s),
            allow_redirects=False,
            stream=True,
        )
        self._ways = self._ways[:1]
        with response:
            return _Reply(response, path, times.device_s)


def _whole(response: requests.Response, limit_s: float) -> bytes:
    """The body, up to a byte more than is taken. The time-out of requests holds for each piece: here all have one."""
    content, ends = bytearray(), time.monotonic() + limit_s
    try:
        while len(content) <= soap.REPLY_LIMIT and (piece := response.raw.read1(_PIECE, decode_content=True)):
            content += piece
            if time.monotonic() > ends:
                raise requests.ReadTimeout
    except urllib3.exceptions.ReadTimeoutError:
        raise requests.ReadTimeout from None
    except urllib3.exceptions.HTTPError as error:
        raise requests.ConnectionError(type(error).__name__) from None
    return bytes(content)


class _Pinned(requests.adapters.HTTPAdapter):
    """Compares the certificate with the enrolled pin after the handshake, before anything is sent."""

    def __init__(self, pins: frozenset[str]) -> None:
        self._pin = next(iter(pins))
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, assert_fingerprint=self._pin, **more)


def _is_refusal(error: requests.ConnectionError) -> bool:
    return "refused" in str(error).lower()


def _device_error(error: BaseException, where: str) -> DeviceError:
    """What went wrong beneath onvif-zeep, which wraps everything into one type."""
    if isinstance(error, DeviceError):
        return error
    if isinstance(error, guard.OutsideLab):
        return DeviceError(Reason.GUARDED, where, str(error))
    if isinstance(error, OnvifError):
        return DeviceError(error.reason, where, str(error))
    if isinstance(error, zeep.exceptions.Fault):
        codes = "/".join(
            code.localname if isinstance(code, etree.QName) else str(code) for code in error.subcodes or []
        )
        fault = OnvifFault(codes or str(error.code), str(error.message or ""))
        return DeviceError(fault.reason, where, str(fault))
    if isinstance(error, requests.ConnectTimeout | requests.ReadTimeout):
        return DeviceError(Reason.NO_ANSWER, where, "no answer in time")
    if isinstance(error, requests.exceptions.SSLError):
        if "fingerprint" in str(error).lower():
            return DeviceError(Reason.UNTRUSTED, where, "its certificate is not the enrolled one")
        return DeviceError(Reason.BAD_ANSWER, where, "no TLS session")
    if isinstance(error, requests.ConnectionError):
        refused = _is_refusal(error)
        return DeviceError(
            Reason.REFUSED if refused else Reason.NO_ANSWER, where, "connection refused" if refused else "no connection"
        )
    if isinstance(error, AttributeError):
        return DeviceError(Reason.UNSUPPORTED, where, "the WSDL has no such operation")
    return DeviceError(Reason.BAD_ANSWER, where, f"{type(error).__name__} while reading the answer")


@cache
def _document(file: str) -> Document:
    return Document(file, Transport(), settings=_SETTINGS)
