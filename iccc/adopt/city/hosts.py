"""Cameras and recorders: on which site, slot and port each one is, and why one has no place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from iccc.adopt.city.drawn import DrawnCamera, DrawnRecorder, Frame, Unsorted, role_of
from iccc.adopt.city.known import Known
from iccc.adopt.city.names import said
from iccc.city.model.catalogue import Kind
from iccc.compare import Unread
from iccc.discover.found import Found, FoundHost
from iccc.discover.hanging import Place
from iccc.recorder.bindings import Binding

_SERIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{2,47}")  # as a declaration takes it
_WORD = re.compile(r"[a-z][a-z0-9-]{0,31}")
MOST_SLOTS = 250


class Homeless(Exception):  # noqa: N818
    """A device has no place; the text says why."""


@dataclass(frozen=True)
class Seats:
    """Who sits where. ``numbers`` are site and number of each switch of the field, by its name."""

    found: Found
    frame: Frame
    known: Known
    numbers: Mapping[str, tuple[int, int]]
    serials: Counter[str]  # how many devices tell each: some makes give all of theirs one number
    macs: Counter[str] = field(default_factory=Counter)  # likewise: a router may answer ARP for many
    channels: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # recorder and channel by camera's address

    def camera(self, host: FoundHost) -> tuple[int, DrawnCamera]:
        """The site, and the camera on it. Raises Homeless."""
        if isinstance(host.parts, Unread):
            raise Homeless(str(host.parts.text))
        place = self.place(host)
        if place[0] not in self.numbers:
            raise Homeless(f"it hangs on {' '.join(place)}, which is no switch of a site")
        site, switch = self.numbers[place[0]]
        slot = self._slot(host, site)
        label = self._label(host, place)
        type_ = self.known.types.camera(host, label, self.found.ports.get(place)) or self.known.type(host.address)
        if type_ is None:
            model = host.identity.model if host.identity else "not told"
            raise Homeless(f"no device type of the catalogue is its model {model}: say --type '{model}=TYPE'")
        encoders = host.part("encoders")
        streams = {role: role_of(encoders, role) for role in ("main", "sub")}
        main, sub = streams["main"], streams["sub"]
        if main is None or sub is None:
            role = "main" if main is None else "sub"
            why = encoders.text if isinstance(encoders, Unread) else "not read whole"
            raise Homeless(f"its {role} stream cannot be declared: {why}")
        recorder, channel = self.channels.get(host.address) or self._listed_channel(host)
        return site, DrawnCamera(
            slot=slot,
            group=label or type_.removeprefix("cam-").partition("-")[0],
            device_type=type_,
            switch=switch,
            port=place[1],
            main=main,
            sub=sub,
            host=host,
            mac=self.found.mac_of(host),
            serial=self.serial(host),
            notes=tuple(self._notes(host)),
            recorder=recorder,
            channel=channel,
        )

    def recorder(self, host: FoundHost, core: Sequence[str]) -> DrawnRecorder:
        """A recorder on a port of a core switch. Raises Homeless."""
        if isinstance(host.parts, Unread):
            raise Homeless(str(host.parts.text))
        place = self.place(host)
        if place[0] not in core:
            raise Homeless(f"it hangs on {' '.join(place)}, and recorders are declared on switches of the core")
        model = host.identity.model if host.identity else None
        type_ = self.known.types.other(Kind.RECORDER, model) or self.known.type(host.address)
        if type_ is None:
            raise Homeless(f"no device type of the catalogue is its model {model}: say --type '{model}=TYPE'")
        plan = self.frame.recording
        assert plan is not None  # made of the recorders
        number = plan.item(host.address) if plan.site(host.address) == 0 else 0
        if number < 1:
            raise Homeless(f"{host.address} is no host of {plan.prefix} from {plan.first_host} on")
        return DrawnRecorder(number, " ".join(place), type_, host, self.found.mac_of(host), self.serial(host))

    def place(self, host: FoundHost) -> Place:
        """Where it hangs: by the tables of learned addresses, by LLDP, or as a list says. Raises Homeless."""
        mac = self.found.mac_of(host) or self.known.mac(host.address)
        own = mac if self.macs[mac or ""] < 2 else None
        at = self.found.place_of(own) or self.found.heard.get(host.address) or self._listed(host)
        if at is not None:
            return at
        if mac is None:
            raise Homeless(
                "it does not tell its hardware address, and no ARP table has it: nobody knows where it hangs"
            )
        if self.macs[mac] > 1:
            raise Homeless(f"{self.macs[mac]} devices have the hardware address {mac}: nobody knows which hangs where")
        several = self.found.hanging.get(mac, ())
        if several:
            raise Homeless(f"{mac} was learned at {', '.join(map(' '.join, several[:4]))}: it can hang at only one")
        raise Homeless(f"{mac} was learned at no port of a switch that was read")

    def _listed(self, host: FoundHost) -> Place | None:
        switch, port = self.known.row(host.address, "switch"), self.known.row(host.address, "port")
        return (switch, port) if isinstance(switch, str) and (switch, port) in self.found.ports else None

    def _slot(self, host: FoundHost, site: int) -> int:
        plan = self.frame.video
        assert plan is not None  # made of the cameras
        if plan.site(host.address) != site:
            raise Homeless(f"it hangs on site {site}, and {host.address} is not of that site's subnet of {plan.prefix}")
        slot, told = plan.item(host.address), said(self.known.name(host.address, host.told_name))
        if (
            told is not None
            and told.code == self.frame.code
            and (told.site, told.kind, told.number) != (site, "c", slot)
        ):
            raise Homeless(
                f"its name {host.told_name} is that of another place than {host.address}: site {site} slot {slot}"
            )
        if not 1 <= slot <= MOST_SLOTS:
            raise Homeless(f"{host.address} is no slot of its site: slot 1 is host {plan.first_host}")
        return slot

    def _label(self, host: FoundHost, place: Place) -> str:
        """The word behind its name at the port: the group, as iccc writes it there."""
        facts = self.found.ports.get(place)
        name, _, word = (facts.alias or "" if facts is not None else "").partition(" ")
        return word if word and _WORD.fullmatch(word) and name.lower() == host.told_name.lower() else ""

    def serial(self, host: FoundHost) -> str | None:
        told = host.serial.strip()
        return told if _SERIAL.fullmatch(told) and self.serials[told.casefold()] == 1 else None

    def _notes(self, host: FoundHost) -> list[str]:
        notes = []
        if not host.serial:
            notes.append("it tells no serial number")
        elif self.serial(host) is None:
            twice = self.serials[host.serial.strip().casefold()] > 1
            notes.append("its serial number is told by others, too" if twice else "its serial number cannot be written")
        if self.found.mac_of(host) is None:
            notes.append("its hardware address was not read")
        return notes

    def _listed_channel(self, host: FoundHost) -> tuple[int | None, int | None]:
        """As a schedule says, where no recorder tells that it takes its streams."""
        name, channel = self.known.row(host.address, "recorder"), self.known.row(host.address, "channel")
        digits = re.search(r"([0-9]{1,3})$", name) if isinstance(name, str) else None
        return int(digits[1]) if digits else None, channel if isinstance(channel, int) else None


def channels_of(recorders: Iterable[tuple[int, FoundHost]]) -> dict[str, tuple[int, int]]:
    """Recorder and channel by the address that is pulled; an address that two recorders pull is in neither.

    ``recorders``: the number of each, and what was found there.
    """
    found: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for number, host in recorders:
        bound = host.part("channels")
        for binding in bound if isinstance(bound, list) else ():
            if isinstance(binding, Binding) and binding.source is not None and binding.job is not None:
                found[binding.source.address].add((number, binding.number))
    return {address: next(iter(at)) for address, at in found.items() if len(at) == 1}


def unsorted(found: Found, host: FoundHost, kind: Kind, why: str) -> Unsorted:
    """The row of a camera or recorder in the file to sort."""
    mac = found.mac_of(host)
    at = found.place_of(mac)
    told = host.identity
    return Unsorted(
        address=host.address, kind=str(kind), why=why, mac=mac, serial=host.serial, endpoint=host.endpoint,
        model=" ".join(filter(None, (told.manufacturer, told.model))) if told else "",
        firmware=told.firmware if told else "", hostname=host.told_name, at=" ".join(at) if at else "",
    )  # fmt: skip
