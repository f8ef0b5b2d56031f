"""How long recordings are kept: at least by rule and judgment, at most by law."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from iccc.city.devices import Camera, City
from iccc.city.model.common import Category
from iccc.rules.rule import Outcome, Row, Severity, Stage, held, rule
from iccc.sizing.traffic import standing

STREET_DAYS = 30
POLICE_STATION_DAYS = 548  # 18 months


@rule(
    "retention-street",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="give the profile the days, or the cameras another profile; then look at recorder-disk",
    source="project practice: planning rule of 30 days for streets and public places",
)
def retention_street(city: City, _today: date) -> Iterator[Row]:
    """Cameras of streets and public places are kept for 30 days at least."""
    cameras = (camera for camera in standing(city) if not _at_police_station(city, camera))
    return (_kept(camera, STREET_DAYS, "retention_days") for camera in cameras)


@rule(
    "retention-police-station",
    Severity.HIGH,
    Stage.DESIGN,
    do="give `site_types: {police_station: …}` of city.yaml a profile of 548 days; then look at recorder-disk",
    source="Supreme Court of India, Paramvir Singh Saini v. Baljit Singh, 2 Dec 2020: police stations, 18 months",
    in_force_from=date(2020, 12, 2),
)
def retention_police_station(city: City, _today: date) -> Iterator[Row]:
    """Cameras of police stations are kept for 18 months (548 days) at least.

    The judgment speaks of police stations. Police posts are judged as public places: see ``retention-street``.
    """
    cameras = (camera for camera in standing(city) if _at_police_station(city, camera))
    return (_kept(camera, POLICE_STATION_DAYS, "retention") for camera in cameras)


@rule(
    "retention-legal-max",
    Severity.HIGH,
    Stage.DESIGN,
    do="lower the days, or correct legal_max_days and say its source",
    source="project practice: not above the legal maximum; the maximum is the city's to declare",
)
def retention_legal_max(city: City, _today: date) -> Iterator[Row]:
    """No profile keeps recordings longer than its legal maximum, where it has one."""
    document, file = city.declared.city
    for name, profile in file.retention.items():
        if profile.legal_max_days is not None and isinstance(profile.days, int):
            text = f"profile {name} keeps {profile.days} days, its legal_max_days are {profile.legal_max_days}"
            where = document.where("retention", name, "days")
            yield held(profile.days <= profile.legal_max_days, name, where, text)


def _at_police_station(city: City, camera: Camera) -> bool:
    return city.sites[camera.site].type is Category.POLICE_STATION


def _kept(camera: Camera, least: int, origin: str) -> Row:
    if not camera.retention_days:
        text = f"how long profile {camera.retention} keeps is declared as unknown; {least} days are the least here"
        return Row(Outcome.UNKNOWN, camera.name, camera.origins[origin][0], text)
    text = f"profile {camera.retention} keeps {camera.retention_days} days, {least} are the least here"
    return held(camera.retention_days >= least, camera.name, camera.origins[origin][0], text)


RULES = (retention_street, retention_police_station, retention_legal_max)
