"""Under which path a device has a service: what it told itself, or what others of its make told.

Kept over sessions, so that a sweep of a known city asks nobody. What a make has (a manufacturer's model with one
firmware) is believed of all its devices, and each is asked itself where that does not hold; what it lacks is believed
only of the device that said so, since one sick device must not hide the services of all the others. Only paths that
look like those of ONVIF are believed of a make: no device has the others asked at a path of its choice. Another
firmware is another make, so that nothing known of the old one is believed any more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from iccc.onvif.call import Service
from iccc.onvif.services import DEVICE_PATH
from iccc.onvif.state import Identity
from iccc.sessions.reach import Learned

KEY = "onvif_services_2"  # another one when Service grows: what was kept before says nothing of the new ones
_NAMES = frozenset(map(str, Service))
_USUAL = re.compile(r"/onvif(/[\w-]+)+", re.ASCII)
_LONGEST = 60  # characters of a manufacturer, model or firmware; what is longer is cut


class KnownServices:
    """The services of one device. ``told``: the device itself said what it has."""

    def __init__(self, device: str, learned: Learned) -> None:
        self._device = device
        self._learned = learned
        self._make: str | None = None
        self._paths: dict[Service, str] = {}
        self.told = False

    def identified(self, identity: Identity) -> None:
        """What is known of this device with this firmware, or of its make."""
        self._make = make(identity)
        own = self._learned.get(self._device, KEY)
        self.told = isinstance(own, dict) and own.get("make") == self._make
        self._paths = _paths(own["paths"] if self.told else self._learned.get(self._make, KEY))

    def path(self, service: Service) -> str | None:
        """Where the service is; None where nobody has told that there is one."""
        return DEVICE_PATH if service is Service.DEVICE else self._paths.get(service)

    def tell(self, paths: Mapping[Service, str], whole: bool) -> None:
        """The device has listed its services; ``whole``: all of them, so that others of its make may have them too."""
        self._paths, self.told = dict(paths), True
        if self._make is None:
            return
        named = {str(service): path for service, path in sorted(paths.items())}
        self._learned.put(self._device, KEY, {"make": self._make, "paths": named})
        usual = all(_USUAL.fullmatch(path) for path in paths.values())
        if whole and usual and self._learned.get(self._make, KEY) is None:
            self._learned.put(self._make, KEY, named)


def make(identity: Identity) -> str:
    """Manufacturer, model and firmware, as the name under which a make is known: no device has one like it."""
    return "|".join(part[:_LONGEST] for part in (identity.manufacturer, identity.model, identity.firmware))


def _paths(known: object) -> dict[Service, str]:
    if not isinstance(known, dict):
        return {}
    return {Service(name): path for name, path in known.items() if name in _NAMES}
