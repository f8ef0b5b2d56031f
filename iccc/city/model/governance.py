"""``governance.yaml``: who watches, who decides, who answers, and on what terms. Posts, never persons."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from iccc.city.model.common import Category, CountOrUnknown, DateOrUnknown, Post, Slug, Text, Title
from iccc.yamlfile import Strict


class Rights(Strict):
    """What a role may do at the control room."""

    live: bool = False
    playback: bool = False
    export: bool = False
    ptz: bool = False
    configure: bool = False
    access_log: bool = True  # every access is written down


class Role(Strict):
    title: Title
    title_hi: Title | None = None
    rights: Rights
    note: Text | None = None


class Body(Strict):
    """A committee, a team, a department."""

    title: Title
    title_hi: Title | None = None
    type: Literal["committee", "team", "department", "company", "association", "other"]
    members: tuple[Title, ...] = ()  # groups of society or departments, never persons
    operates: bool = False
    role: Slug | None = None  # of ``roles``
    runs: tuple[Category, ...] = ()  # categories that are the body's own: no nodal officer is asked for them
    source: Text | None = None
    note: Text | None = None


class NodalOfficer(Strict):
    """One post that answers for the cameras of some categories. A category has at most one."""

    post: Post
    post_hi: Post | None = None
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    note: Text | None = None
    source: Text


class Outreach(Strict):
    """A post that speaks with the owners of some categories. There may be many."""

    post: Post
    post_hi: Post | None = None
    categories: tuple[Category, ...] = ()
    action: Text
    source: Text


class Review(Strict):
    title: Title
    every: Literal["day", "week", "month", "quarter", "unknown"]
    asks: tuple[Text, ...] = ()
    source: Text


class ControlRoom(Strict):
    """A place where pictures are watched. ``watches``: project cameras, third parties' or single categories."""

    title: Title
    title_hi: Title | None = None
    type: Literal["iccc", "police_control_room"]
    at: Title | None = None
    operated_by: Slug | None = None  # of ``bodies``
    watches: tuple[Literal["project", "third_party"] | Category, ...] = ()
    seats: CountOrUnknown = "unknown"
    uplink_mbps: CountOrUnknown = "unknown"
    hours: Literal["24x7", "unknown"] = "unknown"
    source: Text | None = None
    note: Text | None = None


class Service(Strict):
    """What the ICCC offers to people: a helpline, an app, counselling by video call."""

    title: Title
    title_hi: Title | None = None
    type: Literal["helpline", "app", "video_counselling", "volunteers", "map", "other"]
    at: Slug | None = None  # of ``control_rooms``
    source: Text | None = None
    note: Text | None = None


class Rule(Strict):
    """A rule of the source articles that a person has to read, beside those that ``iccc check`` judges."""

    text: Text
    text_hi: Text | None = None
    source: Text


class Sla(Strict):
    camera_uptime_pct: Annotated[float, Field(gt=0, le=100)]
    measured: Literal["month", "quarter", "year"]
    repair_h: Annotated[float, Field(gt=0)] | None = None
    source: Text | None = None


class Finance(Strict):
    currency: Literal["INR"] = "INR"
    gst_pct: Annotated[float, Field(ge=0, le=100)] | None = None
    om_years: Annotated[int, Field(ge=0, le=20)] | None = None
    source: Text | None = None


class Party(Strict):
    """An owner of devices that is not the project."""

    title: Title
    title_hi: Title | None = None


class GovernanceFile(Strict):
    schema_: Literal["governance/v1"] = Field(alias="schema")
    as_of: DateOrUnknown = "unknown"
    roles: dict[Slug, Role] = {}
    bodies: dict[Slug, Body] = {}
    parties: dict[Slug, Party] = {}
    nodal_officers: tuple[NodalOfficer, ...] | None = None  # None: the city names no nodal officers at all
    outreach: tuple[Outreach, ...] = ()
    reviews: tuple[Review, ...] = ()
    control_rooms: dict[Slug, ControlRoom] = {}
    services: dict[Slug, Service] = {}
    rules: tuple[Rule, ...] = ()
    sla: Sla | None = None
    finance: Finance | None = None
