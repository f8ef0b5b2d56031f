"""A real SMTP server (aiosmtpd) on loopback that keeps what it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

HOST = f"127.77.{os.getpid() >> 8 & 255}.{os.getpid() & 255 or 1}"  # workers of one run do not meet


@dataclass
class Box:
    """What the server took, and what it says to a recipient or to the data."""

    taken: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    says: str = "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = BytesParser(policy=policy.default).parsebytes(envelope.content)
        assert isinstance(message, EmailMessage)
        if self.says.startswith("250"):
            self.taken.append((str(envelope.mail_from), list(envelope.rcpt_tos), message))
        return self.says


@contextmanager
def serving(port: int, **options: Any) -> Iterator[Box]:
    """The server, until the end of the block."""
    box = Box()
    controller = Controller(box, hostname=HOST, port=port, ready_timeout=10, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
