"""Cameras that are not the project's: what they may show, who has agreed, and what is known of them at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from iccc.city.devices import City
from iccc.city.model.common import ON_THE_WIRE, View
from iccc.city.model.third_party import Consent, OwnerEntry, PrivateCamera, ThirdPartyFile
from iccc.explain import Key
from iccc.rules.rule import Outcome, Row, Severity, Stage, held, passed, rule
from iccc.units import are, plural, ranges
from iccc.yamlfile import Document, Where

SOURCE = "source articles: outward or common-area view only"
DEFAULT_VIEWS = (View.PUBLIC_WAY, View.COMMON_AREA)  # where a head has no rule of its own
OUT = frozenset({"withdrawn", "ineligible"})
SEEN = frozenset({"reachable", "validated", "integrated"})  # its pictures come to the control room
AGREED = SEEN | {"consented"}
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Entry:
    """An owner of a head, with its way into the file."""

    document: Document
    head: ThirdPartyFile
    index: int
    owner: OwnerEntry

    def where(self, *path: Key) -> Where:
        return self.document.where("owners", self.index, *path)


def entries(city: City) -> Iterator[Entry]:
    """Owners that take part: neither withdrawn nor found ineligible."""
    for document, head in city.declared.third_party:
        for index, owner in enumerate(head.owners):
            if owner.state not in OUT:
                yield Entry(document, head, index, owner)


def cameras(city: City) -> Iterator[tuple[Entry, str, tuple[Key, ...], PrivateCamera]]:
    """Their cameras: the entry, the camera's name, its path below the owner, and the camera."""
    for entry in entries(city):
        for position, camera in enumerate(entry.owner.cameras):
            yield entry, f"{entry.owner.token}-c{camera.number:02d}", ("cameras", position), camera


@rule(
    "third-party-view",
    Severity.HIGH,
    Stage.DESIGN,
    do="have the camera turned or its picture masked and declare the view anew, or set the owner's state to ineligible",
    source=SOURCE,
)
def third_party_view(city: City, _today: date) -> Iterable[Row]:
    """Third parties' cameras show only what the rule of their head allows"""
    return _views(city)


def _views(city: City) -> Iterator[Row]:
    for entry, name, path, camera in cameras(city):
        views = entry.head.rule.views if entry.head.rule else DEFAULT_VIEWS
        text = f"{name} shows {camera.view}; {entry.head.head} may show {', '.join(views)}"
        yield held(camera.view in views, name, entry.where(*path, "view"), text)
    for own in city.cameras.values():
        if not own.ours:
            where = own.origins.get("view", (own.where,))[0]
            text = f"cameras of {own.owner} show {own.view}; third parties' may show {', '.join(DEFAULT_VIEWS)}"
            yield held(own.view in DEFAULT_VIEWS, own.name, where, text)


@rule(
    "third-party-main-road",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="survey where the place is and declare `main_road`; set the owner's state to ineligible if it is not there",
    source="Kanpur's Safe City rules: medical stores and petrol pumps on the main roads",
)
def third_party_main_road(city: City, _today: date) -> Iterator[Row]:
    """Owners of heads that are for main roads only are on one"""
    for entry in entries(city):
        if entry.head.rule is None or not entry.head.rule.main_road:
            continue
        token, where = entry.owner.token, entry.where("main_road")
        if entry.owner.main_road is None:
            yield Row(Outcome.UNKNOWN, token, where, f"whether {token} is on a main road is not declared")
        else:
            text = f"{token} is on no main road; {entry.head.head} is for main roads only"
            yield held(entry.owner.main_road, token, where, text)


@rule(
    "view-reviewed",
    Severity.MEDIUM,
    Stage.ACCEPTANCE,
    do="look at the picture of each camera, and write the day into `reviewed_on` where it shows what is declared",
    source=f"{SOURCE}; where a lens really looks no machine can tell",
)
def view_reviewed(city: City, today: date) -> Iterator[Row]:
    """A person has looked at the picture of each camera that the control room can see"""
    for entry in entries(city):
        if entry.owner.state not in SEEN or not entry.owner.cameras:
            continue
        token = entry.owner.token
        open_ = [c.number for c in entry.owner.cameras if c.reviewed_on is None or c.reviewed_on > today]
        if open_:
            which = f"camera {open_[0]} is" if len(open_) == 1 else f"cameras {ranges(open_)} are"
            text = f"{token}: {which} not reviewed: where a lens really looks only a person can say"
            yield Row(Outcome.NEEDS_HUMAN, token, entry.where("cameras"), text)
        else:
            yield passed(token, entry.where("cameras"))


@rule(
    "third-party-audio",
    Severity.HIGH,
    Stage.ACCEPTANCE,
    do="have the microphone switched off, or show the rule that asks for it in the head's `rule`",
    source="DPDP Act 2023; audio is off unless the rule asks for it",
)
def third_party_audio(city: City, _today: date) -> Iterator[Row]:
    """Third parties' cameras send no sound unless the rule of their head asks for it"""
    for entry, name, path, camera in cameras(city):
        allowed = entry.head.rule is not None and entry.head.rule.audio
        text = f"{name} sends sound, and no rule of {entry.head.head} asks for it"
        yield held(not camera.audio or allowed, name, entry.where(*path, "audio"), text)


@rule(
    "third-party-consent",
    Severity.CRITICAL,
    Stage.OPERATION,
    do="get the owner's consent for what is done, or take the cameras off and set the state back",
    source="DPDP Act 2023; private cameras: consent with purpose, dates and withdrawal",
)
def third_party_consent(city: City, today: date) -> Iterator[Row]:
    """Owners have agreed to what is done with their cameras, and the consent holds today"""
    for entry in entries(city):
        owner = entry.owner
        if owner.state not in AGREED:
            continue
        if owner.consent is None:
            yield Row(Outcome.FAIL, owner.token, entry.where(), f"{owner.token} is {owner.state} without a consent")
            continue
        key, outcome, text = _consent(owner.consent, owner.state, today)
        yield Row(outcome, owner.token, entry.where("consent", key), f"{owner.token} is {owner.state}, {text}")


def _consent(consent: Consent, state: str, today: date) -> tuple[str, Outcome, str]:
    """The key that decides, the outcome, and why."""
    if consent.withdrawn_on is not None and consent.withdrawn_on <= today:
        return "withdrawn_on", Outcome.FAIL, f"but the consent was withdrawn on {consent.withdrawn_on}"
    if consent.given_on > today:
        return "given_on", Outcome.FAIL, f"but the consent holds only from {consent.given_on}"
    if consent.valid_to < today:
        return "valid_to", Outcome.FAIL, f"but the consent ended on {consent.valid_to}"
    if state == "integrated" and consent.mode == "on_request":
        return "mode", Outcome.FAIL, "but the consent is for pictures on request, not for live ones"
    return "record", Outcome.PASS, ""


@rule(
    "consent-ends-soon",
    Severity.MEDIUM,
    Stage.OPERATION,
    do="ask the owner for a new consent before the old one ends",
    source="private cameras: consent with purpose, dates and withdrawal",
)
def consent_ends_soon(city: City, today: date) -> Iterator[Row]:
    """Consents hold for another 30 days"""
    for entry in entries(city):
        owner = entry.owner
        if owner.state not in AGREED or owner.consent is None or owner.consent.valid_to < today:
            continue
        ends, where = owner.consent.valid_to, entry.where("consent", "valid_to")
        if ends - today < SOON:
            yield Row(Outcome.WARN, owner.token, where, f"the consent of {owner.token} ends on {ends}")
        else:
            yield passed(owner.token, where)


@rule(
    "third-party-registry-only",
    Severity.CRITICAL,
    Stage.OPERATION,
    do="take the cameras off the control room and set the state back to consented",
    source="private cameras: `registry_only` is a place on the map, no picture",
)
def third_party_registry_only(city: City, _today: date) -> Iterator[Row]:
    """Cameras that are for the register only send no picture"""
    for entry in entries(city):
        owner = entry.owner
        if owner.consent is not None and owner.consent.mode == "registry_only":
            text = f"{owner.token} is {owner.state}, but its consent is for the register only"
            yield held(owner.state not in SEEN, owner.token, entry.where("state"), text)


@rule(
    "third-party-surveyed",
    Severity.MEDIUM,
    Stage.OPERATION,
    do="survey them: owner (as a token), place, view, consent, and whether each works",
    source="Kanpur's review: how many work and how many are broken; project practice: outward or common-area view only",
)
def third_party_surveyed(city: City, _today: date) -> Iterator[Row]:
    """Third parties' cameras that are there are known one by one, not only by number"""
    open_: list[tuple[int, str, Where]] = []
    for document, head in city.declared.third_party:
        for index, count in enumerate(head.counts):
            if count.status not in ON_THE_WIRE or not isinstance(count.cameras, int):
                continue
            known = sum(len(owner.cameras) for owner in head.owners if owner.phase == count.phase)
            where = document.where("counts", index, "cameras")
            if known >= count.cameras:
                yield passed(head.head, where)
            else:
                open_.append((count.cameras - known, head.head, where))
    if open_:
        open_.sort(key=lambda each: -each[0])
        cameras, heads = sum(number for number, _, _ in open_), len({head for _, head, _ in open_})
        each = ", ".join(f"{head} {number:,}" for number, head, _ in open_)
        text = (
            f"{plural(cameras, 'camera')} of {plural(heads, 'head')} {are(cameras)} known by number only: "
            f"how many work and where they look has to be surveyed ({each})"
        )
        yield Row(Outcome.NEEDS_HUMAN, "third-party", open_[0][2], text)


@rule(
    "numbers-known",
    Severity.LOW,
    Stage.DESIGN,
    do="count them, or ask the source; until then sizing and bill of quantities leave them out",
    source="project practice: a count needs a date, a definition and a source",
)
def numbers_known(city: City, _today: date) -> Iterator[Row]:
    """Heads of third parties' cameras and fleets of buses have a number"""
    open_: list[tuple[str, Where]] = []
    for document, head in city.declared.third_party:
        for index, count in enumerate(head.counts):
            where = document.where("counts", index, "cameras")
            if count.cameras != "unknown":
                yield passed(head.head, where)
            elif count.within is None:
                open_.append((f"head {head.head} (phase {count.phase})", where))
    if city.declared.buses is not None:
        document, file = city.declared.buses
        for name, fleet in file.fleets.items():
            if "unknown" in (fleet.buses, fleet.cameras_per_bus):
                open_.append((f"fleet {name} (phase {fleet.phase})", document.where("fleets", name, "buses")))
            else:
                yield passed(name, document.where("fleets", name))
    if open_:
        text = f"how many cameras there are is not known: {', '.join(name for name, _ in open_)}"
        yield Row(Outcome.UNKNOWN, "third-party", open_[0][1], text)


RULES = (
    third_party_view,
    third_party_main_road,
    view_reviewed,
    third_party_audio,
    third_party_consent,
    consent_ends_soon,
    third_party_registry_only,
    third_party_surveyed,
    numbers_known,
)
