"""Words that several files of a declaration share: life cycle, names, owners, dates with their source."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from iccc.yamlfile import Strict


class Lifecycle(StrEnum):
    """Declared life of anything in the city. Only from ``installed`` to ``live`` is a device talked to."""

    PLANNED = "planned"
    SANCTIONED = "sanctioned"
    PROCURED = "procured"
    INSTALLED = "installed"
    COMMISSIONED = "commissioned"
    ACCEPTED = "accepted"
    LIVE = "live"
    FAULTY = "faulty"
    DECOMMISSIONED = "decommissioned"


ON_THE_WIRE = frozenset(
    {Lifecycle.INSTALLED, Lifecycle.COMMISSIONED, Lifecycle.ACCEPTED, Lifecycle.LIVE, Lifecycle.FAULTY}
)

TAKEN_OVER = frozenset({Lifecycle.ACCEPTED, Lifecycle.LIVE, Lifecycle.FAULTY})  # by those who operate it


class Category(StrEnum):
    """What a place is: the type of a site, and the category of a third party's cameras (domain: site types)."""

    JUNCTION = "junction"
    ENTRY_EXIT_POINT = "entry_exit_point"
    WARD_STREET = "ward_street"
    BLACK_SPOT = "black_spot"
    HOTSPOT_AREA = "hotspot_area"
    PARK = "park"
    BUS_STAND = "bus_stand"
    RAILWAY_STATION = "railway_station"
    TOLL_PLAZA = "toll_plaza"
    DISTRICT_JAIL = "district_jail"
    POLICE_POST = "police_post"
    GIRLS_SCHOOL = "girls_school"
    GIRLS_COLLEGE = "girls_college"
    SCHOOL = "school"
    COACHING = "coaching"
    HOSPITAL = "hospital"
    PATHOLOGY_LAB = "pathology_lab"
    MEDICAL_STORE = "medical_store"
    HOTEL = "hotel"
    SHOPPING_MALL = "shopping_mall"
    SHOP = "shop"
    COMMERCIAL_ESTABLISHMENT = "commercial_establishment"
    AUTO_DEALER = "auto_dealer"
    INDUSTRY = "industry"
    PETROL_PUMP = "petrol_pump"
    BANK = "bank"
    ATM = "atm"
    LIQUOR_SHOP = "liquor_shop"
    GOVT_OFFICE = "govt_office"
    NAGAR_NIGAM = "nagar_nigam"
    DEV_AUTHORITY = "dev_authority"
    NHAI = "nhai"
    SMART_CITY = "smart_city"
    POLICE_STATION = "police_station"
    BUS = "bus"
    HOME = "home"


CATEGORY_HI = {
    Category.JUNCTION: "चौराहा",
    Category.ENTRY_EXIT_POINT: "प्रवेश व निकास बिंदु",
    Category.WARD_STREET: "वार्ड की सड़क",
    Category.BLACK_SPOT: "ब्लैक स्पॉट",
    Category.HOTSPOT_AREA: "हॉट स्पॉट क्षेत्र",
    Category.PARK: "उद्यान",
    Category.BUS_STAND: "बस स्टैंड",
    Category.RAILWAY_STATION: "रेलवे स्टेशन",
    Category.TOLL_PLAZA: "टोल प्लाजा",
    Category.DISTRICT_JAIL: "जिला जेल",
    Category.POLICE_POST: "पुलिस चौकी",
    Category.GIRLS_SCHOOL: "कन्या विद्यालय",
    Category.GIRLS_COLLEGE: "कन्या महाविद्यालय",
    Category.SCHOOL: "स्कूल",
    Category.COACHING: "कोचिंग संस्थान",
    Category.HOSPITAL: "अस्पताल",
    Category.PATHOLOGY_LAB: "पैथोलॉजी",
    Category.MEDICAL_STORE: "मेडिकल स्टोर",
    Category.HOTEL: "होटल",
    Category.SHOPPING_MALL: "शॉपिंग मॉल",
    Category.SHOP: "दुकान",
    Category.COMMERCIAL_ESTABLISHMENT: "व्यावसायिक प्रतिष्ठान",
    Category.AUTO_DEALER: "ऑटोमोबाइल डीलर",
    Category.INDUSTRY: "उद्योग",
    Category.PETROL_PUMP: "पेट्रोल पंप",
    Category.BANK: "बैंक",
    Category.ATM: "एटीएम",
    Category.LIQUOR_SHOP: "शराब की दुकान",
    Category.GOVT_OFFICE: "सरकारी कार्यालय",
    Category.NAGAR_NIGAM: "नगर निगम",
    Category.DEV_AUTHORITY: "विकास प्राधिकरण",
    Category.NHAI: "एनएचएआइ",
    Category.SMART_CITY: "स्मार्ट सिटी",
    Category.POLICE_STATION: "थाना",
    Category.BUS: "बस",
    Category.HOME: "घर",
}


class View(StrEnum):
    """What a camera is pointed at, as declared. Where it really looks only a person can say."""

    PUBLIC_WAY = "public_way"
    COMMON_AREA = "common_area"
    OWN_PREMISES = "own_premises"


ONVIF_PORT = 80  # where iccc talks to cameras

RESERVED_VLANS = range(1002, 1006)  # on Cisco switches, for FDDI and Token Ring


def not_reserved(vlan: int) -> int:
    """The VLAN itself; ValueError for one that switches keep to themselves."""
    if vlan in RESERVED_VLANS:
        raise ValueError(f"{vlan} is reserved on switches, like all from 1002 to 1005")
    return vlan


VlanId = Annotated[int, Field(ge=1, le=4094), AfterValidator(not_reserved)]
Number = Annotated[int, Field(ge=1, le=250)]
SiteNumber = Annotated[int, Field(ge=1, le=3000)]
Watts = Annotated[float, Field(ge=0)]
UserName = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]{0,31}$", description="a user name of Debian: iccc")]
Slug = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9-]{0,31}$",
        description="a word of at most 32 small letters, digits and hyphens, with a letter first",
    ),
]
Mac = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{2}(:[0-9a-f]{2}){5}$", description="a hardware address in small letters: 02:00:0a:52:01:0b"
    ),
]
Serial = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9./_-]{2,47}$",
        description="a serial number: 3 to 48 letters, digits, dots, slashes, underscores and hyphens",
    ),
]


class FormerUnit(Strict):
    """A unit that stood here before, and its last day. `iccc replace` writes it."""

    serial: Serial
    mac: Mac | None = None
    until: date


_PORT = r"[A-Za-z0-9][A-Za-z0-9/.-]*[0-9]"  # GigabitEthernet1/3, ge-0/0/3, 1/1/3, port1.0.3
End = Annotated[
    str,
    Field(
        pattern=rf"^[a-z0-9-]+ {_PORT}$",
        description="a switch and its port: bsp-core1 TenGigabitEthernet1/0/1",
    ),
]
SitePort = Annotated[
    str,
    Field(
        pattern=rf"^sw[0-9]{{1,2}} {_PORT}$",
        description="a switch of this site and its port: sw1 GigabitEthernet1/3",
    ),
]
_GAP = r"[ \u00a0\u2010-\u2015-]?"  # between digits
_DEVANAGARI = r"[\u0900-\u0963\u0970-\u097f]"  # without its full stops and digits; \w lacks its vowel signs
_NAME = "a person's name"
_NUMBERS = (  # each looks back at most a few letters; digits are Latin by then
    (re.compile(r"[\w.+-]@[\w-]{1,64}\.\w"), "a mail address"),
    (re.compile(r"[\w.-]@[A-Za-z]{2}"), "a payment address"),
    (re.compile(rf"(?<![\d.])(?:\+?91{_GAP}|0{_GAP})?[6-9]\d(?:{_GAP}\d){{8}}(?!\d|\.\d)"), "a telephone number"),
    (re.compile(rf"(?<![\d.])(?:\+91{_GAP}|\(?0)\d{{2,4}}\)?(?:{_GAP}\d){{6,8}}(?!\d|\.\d)"), "a telephone number"),
    (re.compile(rf"(?<!\d)\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)"), "an identity number"),
    (re.compile(r"(?<![A-Za-z])[A-Za-z]{5}\d{4}[A-Za-z](?![A-Za-z])"), "an identity number"),
)
_NAMES = (  # squares are named after people: only texts and posts are searched for these
    (re.compile(r"\b(?:shri|shrimati|smt|kumari|mr|mrs)(?:\. ?| )[^\W\d_]", re.IGNORECASE), _NAME),
    (re.compile(r"\b(?:(?:[Dd]r|DR|M[sS])\. ?[^\W\d_]|(?:Dr|Ms) [A-Z])"), _NAME),  # no "5 ms later", no "DR site"
    (re.compile(rf"(?<!{_DEVANAGARI})(?:श्री|श्रीमती|सुश्री|कुमारी|डॉ)(?:[.\u0970] ?| ){_DEVANAGARI}"), _NAME),
    (re.compile(rf"(?<!{_DEVANAGARI})(?:कु|डा)[.\u0970] ?{_DEVANAGARI}"), _NAME),
)


def _search(text: str, patterns: Iterable[tuple[re.Pattern[str], str]]) -> str:
    latin = "".join(str(unicodedata.digit(letter, letter)) for letter in text)  # ९८७६५ is 98765 too
    for pattern, what in patterns:
        if pattern.search(latin):
            raise ValueError(f"has {what} in it: personal data stands in the encrypted store, never here")
    return text


def without_numbers(text: str) -> str:
    """The text; ValueError, which says what it is and not the number, where it has a telephone's or an identity's."""
    return _search(text, _NUMBERS)


def _impersonal(text: str) -> str:
    return _search(text, (*_NUMBERS, *_NAMES))


Title = Annotated[
    str,
    Field(
        min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$", description="text without control characters"
    ),
    AfterValidator(without_numbers),
]
Text = Annotated[
    str,
    Field(
        min_length=1, max_length=400, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$", description="text without control characters"
    ),
    AfterValidator(_impersonal),
]
Post = Annotated[
    str,
    Field(
        min_length=2, max_length=80, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$", description="an office, never a person's name"
    ),
    AfterValidator(_impersonal),
]
Owner = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9-]{0,47}$",
        description="'project', a party of governance.yaml or an owner's token like knp-ms-0001, never a name",
    ),
]
Token = Annotated[
    str,
    Field(
        pattern=r"^[a-z]{2,4}-[a-z]{2,4}-[0-9]{4,6}$",
        description="a token like knp-ms-0001; who it is stands in the encrypted store",
    ),
]
StoreRef = Annotated[
    str,
    Field(
        pattern=r"^store:[a-z0-9/-]{3,80}$",
        description="a reference into the encrypted store like store:knp/ms/0001",
    ),
]
DateOrUnknown = date | Literal["unknown"]
CountOrUnknown = Annotated[int, Field(ge=0)] | Literal["unknown"]


class Reached(Strict):
    """The management address and VLAN under which a switch is there before it has the declared ones."""

    address: IPv4Address
    vlan: VlanId


class Position(Strict):
    """Where something stands, WGS 84."""

    lat: Annotated[float, Field(ge=6, le=38)]
    lon: Annotated[float, Field(ge=68, le=98)]
    precision: Literal["surveyed", "approximate", "example"]


class Layer(Strict):
    """Values of cameras that a wider place may give for all of them: city < group < site type < site < camera."""

    status: Lifecycle | None = None
    phase: Slug | None = None
    owner: Owner | None = None
    retention: Slug | None = None
    imaging: Slug | None = None
    rules: Slug | None = None
    edge_recording: bool | None = None  # on the camera's own storage; left out: not managed
    view: View | None = None
    audio: bool | None = None
    main: Slug | None = None
    sub: Slug | None = None
    recorder: Annotated[int, Field(ge=1)] | Literal["unknown"] | None = None
    cable_m: Annotated[float, Field(gt=0, le=2000)] | None = None


LAYERED = tuple(Layer.model_fields)
