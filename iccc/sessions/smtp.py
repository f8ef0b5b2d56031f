"""Sends a mail by SMTP, once. What the server said is told; a password never is."""

from __future__ import annotations

import base64
import smtplib
import ssl
from email.message import EmailMessage

from iccc.errors import UsageError
from iccc.mail import MailServer
from iccc.secrets import Secret


def send(message: EmailMessage, server: MailServer, password: Secret | None, timeout_s: float) -> None:
    """Hand the message over to the server. Nothing is tried again: a second try may be a second mail.

    UsageError with what the server, or the network, said; also when only some recipients were taken.
    """
    at = f"mail server {server.host}:{server.port}"
    secrets = _forms(server.user or "", password)
    own_name = server.sender.rpartition("@")[2]  # getfqdn() would ask a name server
    try:
        with smtplib.SMTP(server.host, server.port, local_hostname=own_name, timeout=timeout_s) as session:
            if server.starttls:
                session.starttls(context=ssl.create_default_context())
            if server.user is not None and password is not None:
                session.login(server.user, password.reveal())
            refused = session.send_message(message, server.sender, server.recipients)
    except smtplib.SMTPRecipientsRefused as error:
        raise UsageError(f"{at}: {_each(error.recipients, secrets)}; nothing was sent") from None
    except smtplib.SMTPResponseException as error:
        raise UsageError(f"{at}: {error.smtp_code} {_said(error.smtp_error, secrets)}; nothing was sent") from None
    except (smtplib.SMTPException, OSError) as error:
        raise UsageError(f"{at}: {_said(str(error), secrets)}") from None
    if refused:
        raise UsageError(f"{at}: {_each(refused, secrets)}; the others have the mail")


def _each(refused: dict[str, tuple[int, bytes]], secrets: tuple[str, ...]) -> str:
    return ", ".join(f"{whom}: {code} {_said(text, secrets)}" for whom, (code, text) in refused.items())


def _forms(user: str, password: Secret | None) -> tuple[str, ...]:
    """The password as it may have gone over the wire: as it is, in AUTH LOGIN, in AUTH PLAIN."""
    if password is None or not (value := password.reveal()):
        return ()
    encoded = (base64.b64encode(text.encode()).decode() for text in (value, f"\0{user}\0{value}"))
    return (value, *encoded)


def _said(text: bytes | str, secrets: tuple[str, ...]) -> str:
    """On one line, without the password."""
    whole = text.decode(errors="replace") if isinstance(text, bytes) else text
    for secret in secrets:
        whole = whole.replace(secret, "***")
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(whole.split()))[:300]
