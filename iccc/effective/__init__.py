"""Every effective value of a device or a site, with the lines that gave it and the weaker ones that it overrides."""

from __future__ import annotations

from iccc.city.devices import Camera, City, Equipment, Recorder, Switch
from iccc.effective.camera import camera
from iccc.effective.centre import recorder
from iccc.effective.equipment import equipment
from iccc.effective.site import site
from iccc.effective.switch import switch
from iccc.effective.third_party import third_parties
from iccc.effective.value import Effective
from iccc.errors import UsageError
from iccc.explain import did_you_mean


def effective(city: City, name: str) -> Effective:
    """What holds for the device or the site of that name; UsageError if there is none, or it is a third party's."""
    if name in city.sites:
        return site(city, city.sites[name])
    theirs = third_parties(city.declared)
    if name in theirs:
        head, where = theirs[name]
        raise UsageError(f"{name} is a third party's, of head {head}: {where} declares it, and iccc does not manage it")
    known = [*(device.name for device in city.inventory()), *city.sites, *theirs]
    if name not in known:
        raise UsageError(f"no device or site {name!r} in {city.key}{did_you_mean(name, known)}")
    device = city.device(name)
    if isinstance(device, Camera):
        return camera(city, device)
    if isinstance(device, Switch):
        return switch(city, device)
    if isinstance(device, Recorder):
        return recorder(city, device)
    assert isinstance(device, Equipment)
    return equipment(city, device)
