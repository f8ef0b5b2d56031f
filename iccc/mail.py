"""``[mail]`` of ``pyinfra.cfg``: the server that takes mail, and who writes to whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

PASSWORD = "mail/smtp"  # noqa: S105  the name of the secret
KEYS = ("host", "port", "from", "to", "starttls", "user")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True)
class MailServer:
    """A submission server (RFC 6409), or a relay of the house. With a ``user`` there is always STARTTLS."""

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    starttls: bool = False
    user: str | None = None


def mail_server(values: Mapping[str, str]) -> tuple[MailServer | None, list[tuple[str, str]]]:
    """What the section says, or what is wrong with it: keys and texts."""
    wrong = [
        (key, f"{key!r} is no setting of [mail]; there are {', '.join(KEYS)}") for key in values if key not in KEYS
    ]
    wrong += [("[mail]", f"[mail] has no {key}") for key in ("host", "from", "to") if not values.get(key)]
    recipients = tuple(part.strip() for part in values.get("to", "").split(",") if part.strip())
    for key, addresses in (("from", (values.get("from", ""),)), ("to", recipients)):
        wrong += [
            (key, f"{key} {one!r} is no mail address") for one in addresses if one and not _ADDRESS.fullmatch(one)
        ]
    starttls = values.get("starttls", "no")
    if starttls not in ("yes", "no"):
        wrong.append(("starttls", f"starttls {starttls!r} is not yes or no"))
    user = values.get("user") or None
    if user and starttls != "yes":
        wrong.append(("user", "a user without starttls = yes: the password would go over the network as it is"))
    port = values.get("port", "587" if starttls == "yes" else "25")
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        wrong.append(("port", f"port {port!r} is not a whole number from 1 to 65535"))
    if wrong:
        return None, wrong
    return MailServer(values["host"], int(port), values["from"], recipients, starttls == "yes", user), []
