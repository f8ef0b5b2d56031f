"""What the city asks of its devices so that nobody else gets in. Whether they do it is not judged here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from iccc.city.devices import Camera, City, Recorder
from iccc.city.model.common import TAKEN_OVER
from iccc.rules.rule import Outcome, Row, Severity, Stage, held, rule
from iccc.units import are

SOURCE = "hardening; DPDP Rules 2025, rule 6: access control and encryption"


def _declared(city: City, wanted: dict[str, bool], text: str) -> Iterator[Row]:
    """A row for each key of ``hardening`` in city.yaml; ``text`` says of ``{key}`` what is wrong."""
    document, file = city.declared.city
    if file.hardening is None:
        text = f"city.yaml has no 'hardening': {', '.join(wanted)} are not declared"
        yield Row(Outcome.UNKNOWN, "hardening", document.where(), text)
        return
    for key, value in wanted.items():
        where = document.where("hardening", key)
        yield held(getattr(file.hardening, key) is value, key, where, text.format(key=key))


@rule(
    "passwords",
    Severity.CRITICAL,
    Stage.DESIGN,
    do="set both to false: iccc gives every user of every device a password of its own",
    source=SOURCE,
)
def passwords(city: City, _today: date) -> Iterator[Row]:
    """No device keeps a default or a shared password"""
    wanted = {"default_passwords": False, "shared_passwords": False}
    return _declared(city, wanted, "hardening allows {key}; allowed is false")


@rule(
    "plain-services",
    Severity.HIGH,
    Stage.DESIGN,
    do="set them to false; use SSH, HTTPS and declared addresses",
    source=SOURCE,
)
def plain_services(city: City, _today: date) -> Iterator[Row]:
    """No device offers Telnet, FTP or UPnP"""
    wanted = {"telnet": False, "ftp": False, "upnp": False}
    return _declared(city, wanted, "hardening allows {key}; allowed is false")


@rule(
    "unused-ports",
    Severity.HIGH,
    Stage.DESIGN,
    do="set `unused_ports_shut: true`",
    source=SOURCE,
)
def unused_ports(city: City, _today: date) -> Iterator[Row]:
    """Switch ports that nothing hangs on are shut"""
    return _declared(city, {"unused_ports_shut": True}, "hardening has {key}: false; allowed is true")


@rule(
    "snmp-community",
    Severity.HIGH,
    Stage.DESIGN,
    do="set `snmp_community_public: false`; communities stand in the encrypted store",
    source=SOURCE,
)
def snmp_community(city: City, _today: date) -> Iterator[Row]:
    """No device answers SNMP with the community public"""
    return _declared(city, {"snmp_community_public": False}, "hardening allows {key}; allowed is false")


@rule(
    "https",
    Severity.MEDIUM,
    Stage.ACCEPTANCE,
    do="enable https in `protocols`; where devices cannot, write a waiver",
    source=SOURCE,
)
def https(city: City, _today: date) -> Iterator[Row]:
    """Cameras and recorders that are taken over offer HTTPS"""
    judged = [
        device
        for device in city.devices()
        if isinstance(device, Camera | Recorder) and device.ours and device.status in TAKEN_OVER
    ]
    if judged:
        enabled, _port = city.protocols.get("https", (False, 0))
        number = len(judged)
        text = f"{number:,} of the cameras and recorders {are(number)} accepted or live, and https is not enabled"
        yield held(enabled, "https", city.wheres.get("protocols.https", city.wheres["protocols"]), text)


RULES = (passwords, plain_services, unused_ports, snmp_community, https)
