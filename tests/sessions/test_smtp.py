"""Mail to a real SMTP server (aiosmtpd) on loopback: with and without STARTTLS and login, and what a refusal says."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from iccc.errors import UsageError
from iccc.mail import MailServer, mail_server
from iccc.secrets import Secret
from iccc.sessions.smtp import send
from tests.sessions.mailbox import HOST, Box, serving

PASSWORD = Secret("correct horse~9")


def authenticator(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    fits = (data.login, data.password) == (b"iccc", PASSWORD.reveal().encode())
    return AuthResult(success=fits, handled=False, message=None if fits else "535 5.7.8 bad: " + repr(data.password))


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[Box, MailServer]]]:
    ports = count(2525)
    with ExitStack() as running:

        def start(**options: Any) -> tuple[Box, MailServer]:
            port = next(ports)
            box = running.enter_context(serving(port, **options))
            return box, MailServer(HOST, port, "iccc@example.test", ("noc@example.test", "chief@example.test"))

        yield start


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's context; its certificate is what this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def message() -> EmailMessage:
    made = EmailMessage(policy=policy.SMTP)
    made["Subject"], made["From"], made["To"] = "Kanpur: 1 finding", "iccc@example.test", "noc@example.test"
    made.set_content("झाँसी चौराहा\n", cte="base64")
    return made


def test_a_relay_takes_it_once_for_all(serve: Callable[..., tuple[Box, MailServer]]) -> None:
    box, server = serve()
    send(message(), server, None, 5)
    ((sender, recipients, taken),) = box.taken
    assert (sender, recipients) == (server.sender, list(server.recipients))
    assert taken["Subject"] == "Kanpur: 1 finding"
    assert taken.get_content().splitlines() == ["झाँसी चौराहा"]


def test_a_login_goes_over_tls_only(serve: Callable[..., tuple[Box, MailServer]], tls: ssl.SSLContext) -> None:
    box, server = serve(tls_context=tls, authenticator=authenticator, auth_required=True)
    server = replace(server, starttls=True, user="iccc")
    send(message(), server, PASSWORD, 5)
    assert len(box.taken) == 1
    with pytest.raises(UsageError) as raised:
        send(message(), server, Secret("wrong horse~7"), 5)
    assert "535 5.7.8 bad: " in str(raised.value) and "wrong horse" not in str(raised.value)
    assert len(box.taken) == 1


def test_a_server_that_is_not_trusted_or_has_no_tls_gets_nothing(
    serve: Callable[..., tuple[Box, MailServer]], tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, server = serve(tls_context=tls, authenticator=authenticator, auth_required=True)
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(UsageError, match="certificate verify failed"):
        send(message(), replace(server, starttls=True, user="iccc"), PASSWORD, 5)
    bare, plain = serve()
    with pytest.raises(UsageError, match="STARTTLS"):
        send(message(), replace(plain, starttls=True, user="iccc"), PASSWORD, 5)
    assert (box.taken, bare.taken) == ([], [])


def test_what_the_server_said_is_told_on_one_line(serve: Callable[..., tuple[Box, MailServer]]) -> None:
    box, server = serve()
    box.says = "554 5.7.1 looks like \x1b[2J spam"
    with pytest.raises(UsageError) as raised:
        send(message(), server, None, 5)
    assert str(raised.value).startswith(f"mail server {HOST}:{server.port}: 554 5.7.1 looks like ")
    assert str(raised.value).endswith("spam; nothing was sent") and "\x1b" not in str(raised.value)
    box.says, box.refuses = "250 OK", {"chief@example.test": "550 no such user"}
    with pytest.raises(UsageError, match=r"chief@example.test: 550 no such user; the others have the mail"):
        send(message(), server, None, 5)
    assert [recipients for _, recipients, _ in box.taken] == [["noc@example.test"]]
    box.refuses["noc@example.test"] = "550 gone"
    with pytest.raises(UsageError, match=r"noc@example.test: 550 gone, chief.*; nothing was sent"):
        send(message(), server, None, 5)


@pytest.mark.parametrize(("host", "said"), [("192.0.2.1", "ICCC_LOOPBACK_ONLY"), ("mail.example.test", "is a name")])
def test_the_guard_lets_no_mail_out(host: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        send(message(), MailServer(host, 25, "iccc@example.test", ("noc@example.test",)), None, 5)


def test_nobody_there_is_said() -> None:
    with pytest.raises(UsageError, match=r"mail server 127.77.25.2:9: .*refused"):
        send(message(), MailServer("127.77.25.2", 9, "iccc@example.test", ("noc@example.test",)), None, 5)


def test_the_section_is_read_and_its_mistakes_are_all_said() -> None:
    values = {"host": "mail.example.test", "from": "iccc@example.test", "to": "a@example.test, b@example.test"}
    plain = MailServer("mail.example.test", 25, "iccc@example.test", ("a@example.test", "b@example.test"))
    assert mail_server(values) == (plain, [])
    with_user = values | {"starttls": "yes", "user": "iccc", "port": "2525"}
    assert mail_server(with_user) == (replace(plain, port=2525, starttls=True, user="iccc"), [])
    assert mail_server(values | {"starttls": "yes"})[0] == replace(plain, port=587, starttls=True)
    bad = {"from": "iccc", "to": "a@example.test,b\n@x", "user": "iccc", "starttls": "on", "port": "0", "pasword": "x"}
    found, wrong = mail_server(bad)
    assert found is None
    assert [key for key, _ in wrong] == ["pasword", "[mail]", "from", "to", "starttls", "user", "port"]
    assert ("[mail]", "[mail] has no host") in wrong
