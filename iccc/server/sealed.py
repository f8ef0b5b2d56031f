"""What the files with secrets are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from iccc.secrets import Secret, SnmpLogin


@dataclass(frozen=True)
class Certified:
    """PEM texts: the authority's certificate, a server's own, and its private key."""

    authority: str = ""
    certificate: str = ""
    key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Sealed:
    """The secrets of files. Empty: the files are known, and not what is in them."""

    secret: Secret | None = None
    snmp: Callable[[str], SnmpLogin | None] = lambda _device: None
    mail: Secret | None = None  # the password of who sends alerts

    def certificate(self, name: str) -> Certified:
        """Empty texts without the secret."""
        from iccc.server.tls import certified

        return certified(self.secret.reveal(), name) if self.secret else Certified()


NOTHING = Sealed()
