"""``call_boxes`` of ``city.yaml``: how SIP is spoken with emergency call boxes, and where their calls are answered."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field

from iccc.city.model.common import Slug
from iccc.yamlfile import Strict

Port = Annotated[int, Field(ge=1, le=65535)]
Transport = Literal["udp", "tcp"]
SipUser = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_.+*#-]{1,64}$", description="letters, digits and _ . + * # - (RFC 3261, user)")
]


class Sip(Strict):
    """Where SIP is spoken. 5060 is the port of RFC 3261 without TLS."""

    port: Port = 5060
    transport: Transport = "udp"


class AnswerPoint(Sip):
    """A telephone, or the exchange before it, at a control room. ``limit_s``: within so long a call is answered."""

    address: IPv4Address
    user: SipUser
    limit_s: Annotated[int, Field(ge=2, le=120)] = 20


class CallBoxes(Strict):
    """``answer_points`` by control room. ``tested_every_days``: how old the last test call may be."""

    sip: Sip = Sip()
    answer_points: dict[Slug, AnswerPoint] = {}
    tested_every_days: Annotated[int, Field(ge=1, le=3650)] | None = None
