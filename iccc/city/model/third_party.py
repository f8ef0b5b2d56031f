"""``third-party/*.yaml``: a head of cameras that are not the project's, its counts, and its owners as tokens."""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from iccc.city.model.common import (
    Category,
    CountOrUnknown,
    DateOrUnknown,
    Lifecycle,
    Mac,
    Number,
    Position,
    Serial,
    Slug,
    StoreRef,
    Text,
    Title,
    Token,
    View,
)
from iccc.yamlfile import Strict


class HeadCount(Strict):
    """How many cameras a head has in a phase. ``within``: the number is part of that other head's."""

    phase: Slug
    status: Lifecycle
    cameras: CountOrUnknown
    sanctioned: CountOrUnknown | None = None
    planned: CountOrUnknown | None = None
    installed: CountOrUnknown | None = None
    live: CountOrUnknown | None = None
    within: Slug | None = None
    approximate: bool = False
    derived: Text | None = None  # the arithmetic, where the number is not printed
    as_of: DateOrUnknown
    source: Text


class ViewRule(Strict):
    """What cameras of the head may look at, and from where."""

    views: Annotated[tuple[View, ...], Field(min_length=1)]
    main_road: bool = False  # only on main roads
    audio: bool = False
    monitored: Literal["24x7", "unknown"] = "unknown"
    source: Text


class Consent(Strict):
    """What an owner has agreed to. The paper itself stands in the store."""

    record: Annotated[
        str, Field(pattern=r"^[a-z0-9-]{4,40}$", description="a record's number like cns-knp-2026-000123")
    ]
    mode: Literal["registry_only", "on_request", "live"]
    purpose: Annotated[tuple[Slug, ...], Field(min_length=1)]
    given_on: date
    valid_to: date
    withdrawn_on: date | None = None


class Reach(Strict):
    """How the control room gets at a site of its own network. Several owners may have the same prefix behind it."""

    method: Literal["vpn", "nat", "push"]
    prefix: IPv4Network | None = None  # of the owner's own network
    gateway: IPv4Address | None = None  # the near end, an address of the city's plan; unique


class PrivateRecorder(Strict):
    make: Title | None = None
    onvif: bool | None = None
    address: IPv4Address | None = None
    retention_days: Annotated[int, Field(ge=0, le=3650)] | None = None


class PrivateCamera(Strict):
    number: Number
    view: View
    address: IPv4Address | None = None
    mac: Mac | None = None
    serial: Serial | None = None
    channel: Annotated[int, Field(ge=1, le=512)] | None = None
    audio: bool = False
    masks: Annotated[int, Field(ge=0, le=32)] = 0
    reviewed_on: date | None = None  # when a person looked at its picture and found the view as declared


class OwnerEntry(Strict):
    """One owner and the place where its cameras are. The process goes from ``surveyed`` to ``integrated``."""

    token: Token
    contact: StoreRef | None = None
    category: Category
    state: Literal[
        "surveyed", "triaged", "consented", "reachable", "validated", "integrated", "withdrawn", "ineligible"
    ]
    phase: Slug
    position: Position | None = None
    ward: Annotated[int, Field(ge=1, le=300)] | None = None
    main_road: bool | None = None
    reach: Reach | None = None
    recorder: PrivateRecorder | None = None
    consent: Consent | None = None
    cameras: tuple[PrivateCamera, ...] = ()


class ThirdPartyFile(Strict):
    schema_: Literal["third-party/v1"] = Field(alias="schema")
    head: Slug
    title: Title
    title_hi: Title | None = None
    categories: tuple[Category, ...]
    rule: ViewRule | None = None
    counts: tuple[HeadCount, ...] = ()
    owners: tuple[OwnerEntry, ...] = ()
    note: Text | None = None
