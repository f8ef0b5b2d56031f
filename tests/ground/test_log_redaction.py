"""The log: its levels, and that no secret comes out of it, whoever speaks."""

from __future__ import annotations

import asyncio
import io
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import asyncssh
import pytest
from zeep.exceptions import Fault

from iccc import log
from iccc.errors import DeviceError, Reason
from iccc.secrets import Login, Secret

PASSWORD = "Hunter2.correct-horse"
ADDRESS = "127.77.5.20"


@pytest.fixture
def loggers() -> Iterator[None]:
    """The loggers as they were, afterwards."""
    root = logging.getLogger()
    names = ["", log.OURS, *log.SPEAKERS_OF_SECRETS]
    before = root.handlers[:], {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers[:] = before[0]
    for name, level in before[1].items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def logged(loggers: None, request: pytest.FixtureRequest) -> io.StringIO:
    """What is logged at ``-vvv``, where most is said."""
    stream = io.StringIO()
    log.set_up(3, stream)
    return stream


SPOKEN = [
    (0, {"iccc warning", "paramiko warning"}),
    (1, {"iccc warning", "iccc info", "paramiko warning"}),
    (2, {"iccc warning", "iccc info", "iccc debug", "paramiko warning"}),
    (3, {"iccc warning", "iccc info", "iccc debug", "paramiko warning", "paramiko info", "paramiko debug"}),
]


@pytest.mark.parametrize(("verbosity", "spoken"), SPOKEN)
def test_levels(verbosity: int, spoken: set[str], loggers: None) -> None:
    stream = io.StringIO()
    log.set_up(verbosity, stream)
    # As onvif-zeep does at its import; it must change nothing.
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("paramiko").setLevel(logging.DEBUG)
    for package in ("iccc", "paramiko"):
        for level in ("warning", "info", "debug"):
            getattr(logging.getLogger(f"{package}.part"), level)("%s %s", package, level)
    assert {line.split(": ", 1)[1] for line in stream.getvalue().splitlines()} == spoken


def test_those_who_log_what_they_send_are_silent_even_at_vvv(logged: io.StringIO) -> None:
    for name in ("zeep.transports", "netmiko", "pysnmp", "onvif"):
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).debug("sent %s", PASSWORD)
        logging.getLogger(name).warning("%s warns", name)
    assert PASSWORD not in logged.getvalue()
    assert "zeep.transports warns" in logged.getvalue()


def test_setting_up_twice_says_everything_once(loggers: None) -> None:
    stream = io.StringIO()
    log.set_up(0, stream)
    log.set_up(0, stream)
    logging.getLogger("iccc.x").warning("once")
    assert stream.getvalue().count("once") == 1


def test_secrets_are_redacted_by_type(logged: io.StringIO) -> None:
    logger = logging.getLogger("iccc.test")
    secret = Secret(PASSWORD)
    login = Login("admin", secret, managed=True)
    logger.info("%s %r %s %s", secret, secret, login, {"deep": [(secret,)]})
    logger.info("%(password)s", {"password": secret})
    logger.info(f"{secret} {secret!r:>5} {login}")
    try:
        raise ValueError(secret)
    except ValueError:
        logger.exception("with a traceback")
    assert PASSWORD not in logged.getvalue()
    assert "ValueError: ***" in logged.getvalue()


def test_the_words_of_a_driver_are_not_printed_wherever_its_exception_stands(logged: io.StringIO) -> None:
    logger = logging.getLogger("iccc.test")
    logger.info("refused: %s", Fault(PASSWORD))
    try:
        try:
            raise Fault(PASSWORD)
        except Fault as error:
            raise RuntimeError(f"wrapped {error}") from error
    except RuntimeError as error:
        logger.exception("as the cause")
        logger.info("as an argument: %s", error)
        logging.getLogger("asyncio").error("by another logger", exc_info=error)
    text = logged.getvalue()
    assert PASSWORD not in text
    assert "refused: Fault" in text
    assert "raise Fault(PASSWORD)" in text


def test_a_traceback_kept_by_another_handler_is_not_used(logged: io.StringIO) -> None:
    record = logging.LogRecord("iccc.x", logging.ERROR, __file__, 1, "failed", None, None)
    try:
        raise Fault(PASSWORD)
    except Fault as error:
        record.exc_info = (type(error), error, error.__traceback__)
    logging.Formatter().format(record)
    assert PASSWORD in (record.exc_text or "")
    logging.getLogger("iccc.x").handle(record)
    assert "Fault" in logged.getvalue()
    assert PASSWORD not in logged.getvalue()


def test_our_own_errors_keep_their_words(logged: io.StringIO) -> None:
    try:
        try:
            raise Fault("what the device said")
        except Fault:
            raise DeviceError(Reason.UNAUTHORISED, "cam 127.77.5.1:20080", "the login was refused") from None
    except DeviceError as error:
        logging.getLogger("iccc.x").info("%s", error)
    assert "DeviceError: cam 127.77.5.1:20080: the login was refused" in logged.getvalue()


class NobodyGetsIn(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return False


@pytest.fixture(scope="module")
def ssh_port() -> Iterator[int]:
    """An SSH server that refuses every login."""
    loop = asyncio.new_event_loop()

    async def start() -> asyncssh.SSHAcceptor:
        key = asyncssh.generate_private_key("ssh-ed25519")
        return await asyncssh.create_server(NobodyGetsIn, ADDRESS, 0, server_host_keys=[key])

    server = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield server.get_port()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    server.close()
    loop.close()


def test_a_refused_login_through_paramiko_names_no_password(ssh_port: int, logged: io.StringIO) -> None:
    import paramiko

    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    with pytest.raises(paramiko.AuthenticationException) as caught:
        client.connect(ADDRESS, ssh_port, "admin", PASSWORD, allow_agent=False, look_for_keys=False, timeout=10)
    logging.getLogger("iccc.x").error("refused: %s", caught.value, exc_info=caught.value)
    client.close()
    assert "AuthenticationException" in logged.getvalue()
    assert PASSWORD not in logged.getvalue()
    assert PASSWORD not in str(caught.value)


def test_a_refused_login_through_netmiko_names_no_password(ssh_port: int, logged: io.StringIO) -> None:
    import netmiko

    with pytest.raises(netmiko.NetmikoAuthenticationException) as caught:
        netmiko.ConnectHandler(
            device_type="cisco_ios", host=ADDRESS, port=ssh_port, username="admin", password=PASSWORD, conn_timeout=10
        )
    logging.getLogger("iccc.x").error("refused: %s", caught.value, exc_info=caught.value)
    assert "NetmikoAuthenticationException" in logged.getvalue()
    assert PASSWORD not in logged.getvalue()


class Echo(BaseHTTPRequestHandler):
    """A device that repeats what it was sent in its fault."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fault = (
            '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><e:Fault><e:Code><e:Value>e:Sender'
            f"</e:Value></e:Code><e:Reason><e:Text>bad: {body.replace('<', '(')}</e:Text></e:Reason>"
            "</e:Fault></e:Body></e:Envelope>"
        ).encode()
        self.send_response(500)
        self.send_header("Content-Type", "application/soap+xml")
        self.send_header("Content-Length", str(len(fault)))
        self.end_headers()
        self.wfile.write(fault)

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_a_fault_that_echoes_what_was_sent_does_not_reach_the_log(logged: io.StringIO) -> None:
    import onvif
    import zeep

    server = HTTPServer((ADDRESS, 0), Echo)
    threading.Thread(target=server.serve_forever).start()
    try:
        wsdl = f"{onvif.__path__[0]}/../wsdl/devicemgmt.wsdl"
        client = zeep.Client(wsdl)
        service = client.create_service(
            "{http://www.onvif.org/ver10/device/wsdl}DeviceBinding", f"http://{ADDRESS}:{server.server_port}/onvif"
        )
        with pytest.raises(Fault) as caught:
            service.CreateUsers(User=[{"Username": "iccc", "Password": PASSWORD, "UserLevel": "Administrator"}])
        assert PASSWORD in str(caught.value)  # the device does echo it
        logging.getLogger("iccc.x").error("refused: %s", caught.value, exc_info=caught.value)
        assert "refused: Fault" in logged.getvalue()
        assert PASSWORD not in logged.getvalue()
    finally:
        server.shutdown()
        server.server_close()
