"""``snmp`` of ``city.yaml``, and of one switch or UPS: which version is spoken, and as whom."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field, model_validator

from iccc.yamlfile import Strict

Usm = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_.-]{1,32}$", description="a user of SNMP v3: up to 32 letters, digits, _ . -")
]
OF_V3 = ("user", "write_user", "auth", "privacy")


class Snmp(Strict):
    """The version, and for v3 the users. Communities and passwords stand in the secret store.

    A reply with less than authentication and privacy is not taken, so both always have an algorithm.
    """

    version: Literal[1, "2c", 3] = "2c"
    user: Usm | None = None  # reads
    write_user: Usm | None = None  # sets; left out: nothing is set by SNMP
    auth: Literal["md5", "sha", "sha256", "sha512"] = "sha256"
    privacy: Literal["des", "aes", "aes256"] = "aes"

    @model_validator(mode="after")
    def _of_its_version(self) -> Snmp:
        given = [key for key in OF_V3 if key in self.model_fields_set]
        if self.version != 3 and given:
            raise ValueError(f"{given[0]} is of version 3, and the version is {self.version}")
        if self.version == 3 and self.user is None:
            raise ValueError("version 3 needs a 'user' who reads")
        # AES-256 needs a key of 32 octets; how a shorter digest is stretched to it differs between makes.
        if self.privacy == "aes256" and self.auth in ("md5", "sha"):
            raise ValueError(f"privacy aes256 needs auth sha256 or sha512, not {self.auth}")
        return self


class SnmpPolicy(Strict):
    """How SNMP is spoken with each kind of device. A switch or UPS that differs says so itself.

    Recorders are asked for their disks where ``recorder`` is given.
    """

    switch: Snmp = Snmp()
    ups: Snmp = Snmp()
    recorder: Snmp | None = None
    traps_to: IPv4Address | None = None  # where devices send traps and informs: the server that runs `iccc watch`
