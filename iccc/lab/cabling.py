"""All cables of the city, as they are plugged now."""

from __future__ import annotations

from collections.abc import Collection

from iccc.city.devices import Camera, City, Equipment, Recorder

Place = tuple[str, str]  # switch, port


class Cabling:
    """Cables between switches, and from switches to what hangs on them. Only of what stands in the lab."""

    def __init__(self, city: City, present: Collection[str]) -> None:
        self._homes = {
            host.name: (host.switch, host.port)
            for host in city.inventory()
            if isinstance(host, Camera | Recorder | Equipment) and host.switch and host.port and host.name in present
        }
        self._far: dict[Place, Place] = {}
        for link in city.links:
            if link.a in present and link.b in present:
                self._far[link.a, link.a_port] = (link.b, link.b_port)
                self._far[link.b, link.b_port] = (link.a, link.a_port)
        self._links: dict[str, list[tuple[str, Place]]] = {}
        for (switch, port), far in self._far.items():
            self._links.setdefault(switch, []).append((port, far))
        self.restore()

    def place(self, host: str) -> Place:
        """Where a camera or recorder is plugged in."""
        return self._at[host]

    def host(self, place: Place) -> str | None:
        """The camera or recorder in a port."""
        return self._on.get(place)

    def hosts(self, switch: str) -> list[str]:
        """The cameras and recorders on a switch."""
        return self._hosts.get(switch, [])

    def links(self, switch: str) -> list[tuple[str, Place]]:
        """The ports of a switch that lead to other switches, each with the far end."""
        return self._links.get(switch, [])

    def far(self, place: Place) -> Place | None:
        return self._far.get(place)

    def whole(self, place: Place) -> bool:
        return place not in self._cut

    def swap(self, one: str, other: str) -> None:
        """Exchange the cables of two hosts; KeyError if one is no camera or recorder."""
        self._at[one], self._at[other] = self._at[other], self._at[one]
        self._index()

    def cut(self, place: Place) -> None:
        self._cut |= self._ends(place)

    def mend(self, place: Place) -> None:
        self._cut -= self._ends(place)

    def _ends(self, place: Place) -> set[Place]:
        return {place, self._far.get(place, place)}

    def restore(self) -> None:
        """Everything as declared."""
        self._at = dict(self._homes)
        self._cut: set[Place] = set()
        self._index()

    def _index(self) -> None:
        self._on = {place: name for name, place in self._at.items()}
        self._hosts: dict[str, list[str]] = {}
        for name, (switch, _) in self._at.items():
            self._hosts.setdefault(switch, []).append(name)

    def restore_one(self, name: str) -> None:
        """The cables of one device as declared. What sits on a host's own port takes the cable that it leaves."""
        if name not in self._homes:
            for place in [place for place in self._cut if place[0] == name]:
                self.mend(place)
            return
        guest = self._on.get(self._homes[name])
        if guest is not None and guest != name:
            self.swap(name, guest)
        self.mend(self._homes[name])
