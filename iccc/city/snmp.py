"""How SNMP is spoken with each switch, UPS and recorder, and where they send their traps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from iccc.city.declared import Declared
from iccc.city.model.snmp import Snmp


@dataclass(frozen=True)
class SnmpAccess:
    """How SNMP is spoken with a device. The users are those of v3; "" when there is none."""

    version: Literal["1", "2c", "3"] = "2c"
    user: str = ""  # reads
    write_user: str = ""
    auth: Literal["md5", "sha", "sha256", "sha512"] = "sha256"
    privacy: Literal["des", "aes", "aes256"] = "aes"


def snmp_of(declared: Declared, kind: Literal["switch", "ups"], own: Snmp | None) -> SnmpAccess:
    """``own`` is what the device's entry says, which wins over what the city says of its kind."""
    policy = declared.city.file.snmp
    return _access(own or (getattr(policy, kind) if policy else Snmp()))


def snmp_of_recorders(declared: Declared) -> SnmpAccess | None:
    """None where recorders are not asked."""
    policy = declared.city.file.snmp
    return _access(policy.recorder) if policy and policy.recorder else None


def _access(asked: Snmp) -> SnmpAccess:
    version = cast(Literal["1", "2c", "3"], str(asked.version))
    return SnmpAccess(version, asked.user or "", asked.write_user or "", asked.auth, asked.privacy)
