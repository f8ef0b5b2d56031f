"""Who answers, who watches, who may what, and when it is looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from iccc.city.declared import Sheet
from iccc.city.devices import City
from iccc.city.model.common import CATEGORY_HI, Category
from iccc.city.model.governance import ControlRoom, GovernanceFile
from iccc.city.model.third_party import ThirdPartyFile
from iccc.rules.rule import Outcome, Row, Severity, Stage, held, passed, rule
from iccc.yamlfile import Where

ARTICLES = "source articles: one nodal officer per category"


def _heads_categories(city: City) -> dict[Category, Where]:
    """The categories of third parties' heads, each with the line that names it first."""
    found: dict[Category, Where] = {}
    for document, head in city.declared.third_party:
        for index, category in enumerate(head.categories):
            found.setdefault(category, document.where("categories", index))
    return found


@rule(
    "nodal-officer",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="ask for the post that answers for the category and write it into governance.yaml with its source; invent none",
    source=ARTICLES,
)
def nodal_officer(city: City, _today: date) -> Iterator[Row]:
    """Each category of third parties' cameras has a nodal officer, or a body that runs it"""
    governance = city.declared.governance
    run = {category for body in governance.file.bodies.values() for category in body.runs} if governance else set()
    if governance is None or governance.file.nodal_officers is None:
        open_ = {category: where for category, where in _heads_categories(city).items() if category not in run}
        if open_:
            where = governance.document.where() if governance else next(iter(open_.values()))
            text = f"no nodal officer is declared for any category: who answers for {', '.join(open_)} is not known"
            yield Row(Outcome.UNKNOWN, "nodal_officers", where, text)
        return
    named = {category for officer in governance.file.nodal_officers for category in officer.categories}
    for category, where in _heads_categories(city).items():
        text = f"no nodal officer is named for {category} ({CATEGORY_HI[category]}), and no body runs it"
        yield held(category in named | run, category, where, text)


@rule(
    "one-nodal-officer",
    Severity.HIGH,
    Stage.DESIGN,
    do="leave the post that answers; the others are outreach",
    source=ARTICLES,
)
def one_nodal_officer(city: City, _today: date) -> Iterator[Row]:
    """No category has more than one nodal officer"""
    governance = city.declared.governance
    if governance is None or governance.file.nodal_officers is None:
        return
    posts: dict[Category, dict[str, Where]] = {}
    for index, officer in enumerate(governance.file.nodal_officers):
        for position, category in enumerate(officer.categories):
            where = governance.document.where("nodal_officers", index, "categories", position)
            posts.setdefault(category, {}).setdefault(officer.post, where)
    for category, of_category in posts.items():
        text = f"{category} ({CATEGORY_HI[category]}) has {len(of_category)} nodal officers: {', '.join(of_category)}"
        yield held(len(of_category) == 1, category, list(of_category.values())[-1], text)


@rule(
    "operator-role",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="declare a role with its rights in `roles`, and name it as the body's `role`",
    source="project practice: a body operates the system; which rights that means is a setting",
)
def operator_role(city: City, _today: date) -> Iterator[Row]:
    """Bodies that operate the system have a role, so that their rights are written down"""
    if city.declared.governance is None:
        return
    document, file = city.declared.governance
    for name, body in file.bodies.items():
        if body.operates:
            text = f"{body.title} operates the system and has no role: its rights are not written down"
            yield held(body.role is not None, name, document.where("bodies", name), text)


@rule(
    "committee-rights",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="take the right from the role, or write a waiver with the decision that gave it",
    source="our assumption for committees that operate: live view and access log; no export, PTZ or configuration",
)
def committee_rights(city: City, _today: date) -> Iterator[Row]:
    """Committees look on: they neither export nor turn cameras nor configure"""
    if city.declared.governance is None:
        return
    document, file = city.declared.governance
    for name, body in file.bodies.items():
        role = file.roles.get(body.role) if body.role is not None else None
        if body.type != "committee" or role is None:
            continue
        assert body.role is not None
        for right in ("export", "ptz", "configure"):
            where = document.where("roles", body.role, "rights", right)
            if getattr(role.rights, right):
                text = f"role {body.role} of {body.title} has {right}; a setting, and more than we propose"
                yield Row(Outcome.WARN, name, where, text)
            else:
                yield passed(name, where)


@rule(
    "access-log",
    Severity.HIGH,
    Stage.DESIGN,
    do="set `access_log: true` in the rights of the role",
    source="project practice: an access log for every role; DPDP Rules 2025, rule 6",
)
def access_log(city: City, _today: date) -> Iterator[Row]:
    """Whatever a role does at the control room is written down"""
    if city.declared.governance is None:
        return
    document, file = city.declared.governance
    for name, role in file.roles.items():
        where = document.where("roles", name, "rights", "access_log")
        yield held(role.rights.access_log, name, where, f"accesses of role {name} are not logged")


@rule(
    "control-room-watches",
    Severity.HIGH,
    Stage.DESIGN,
    do="declare which control room watches them (`watches`)",
    source="source articles: all cameras are on the ICCC",
)
def control_room_watches(city: City, _today: date) -> Iterator[Row]:
    """The project's cameras and each head of third parties' are watched by a control room"""
    governance = city.declared.governance
    if governance is None or not governance.file.control_rooms:
        if city.cameras or city.declared.third_party:
            text = "no control room is declared, so who watches is not known"
            yield Row(Outcome.UNKNOWN, city.key, city.wheres["city"], text)
        return
    rooms = governance.file.control_rooms
    where = governance.document.where("control_rooms")
    if city.cameras:
        text = "no control room watches the project's cameras"
        yield held(any("project" in room.watches for room in rooms.values()), "project", where, text)
    for document, head in city.declared.third_party:
        text = f"no control room watches {head.title}"
        yield held(bool(_watching(governance, head)), head.head, document.where("head"), text)


def _watching(governance: Sheet[GovernanceFile], head: ThirdPartyFile) -> dict[str, ControlRoom]:
    """The control rooms that watch the whole head."""
    return {
        name: room
        for name, room in governance.file.control_rooms.items()
        if "third_party" in room.watches or (head.categories and set(head.categories) <= set(room.watches))
    }


@rule(
    "monitored-24x7",
    Severity.MEDIUM,
    Stage.OPERATION,
    do="declare the hours of the control room, and man it round the clock",
    source="Kanpur's Safe City rules: monitored 24 hours",
)
def monitored_24x7(city: City, _today: date) -> Iterator[Row]:
    """Heads that are to be monitored 24 hours are watched by a control room with these hours"""
    governance = city.declared.governance
    if governance is None:
        return
    open_: dict[tuple[str, ...], list[str]] = {}
    for document, head in city.declared.third_party:
        if head.rule is None or head.rule.monitored != "24x7" or not (rooms := _watching(governance, head)):
            continue
        if any(room.hours == "24x7" for room in rooms.values()):
            yield passed(head.head, document.where("rule", "monitored"))
        else:
            open_.setdefault(tuple(rooms), []).append(head.head)
    for names, heads in open_.items():
        text = f"to be monitored 24 hours: {', '.join(heads)}; the hours of {', '.join(names)} are not declared"
        where = governance.document.where("control_rooms", names[0], "hours")
        yield Row(Outcome.UNKNOWN, names[0], where, text)


@rule(
    "hot-spot-review",
    Severity.MEDIUM,
    Stage.OPERATION,
    do="look at the evidence anew; set the next date, or take the hot spot off",
    source="project practice: a hot spot is an area with incident evidence and a review date",
)
def hot_spot_review(city: City, today: date) -> Iterator[Row]:
    """Hot spots are looked at again by their day"""
    if city.declared.hot_spots is None:
        return
    document, file = city.declared.hot_spots
    for name, spot in file.hot_spots.items():
        text = f"{spot.name} was to be looked at again by {spot.review_on}"
        yield held(today <= spot.review_on, name, document.where("hot_spots", name, "review_on"), text)


RULES = (
    nodal_officer,
    one_nodal_officer,
    operator_role,
    committee_rights,
    access_log,
    control_room_watches,
    monitored_24x7,
    hot_spot_review,
)
