"""Quirks of cameras: what is known of makes that the procedures cannot find out by asking, a file for each vendor.

What every camera is asked for, or what harms none, is no quirk: the form of SOAP, the way of logging in, paths of
services, whole configurations in a Set, ``Z`` in timestamps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from iccc.camera.activation import Activation
from iccc.camera.vendors import bosch, geovision, hikvision, hikvision_activation
from iccc.onvif.quirks import NO_QUIRKS, Quirks
from iccc.onvif.state import Identity

# By the word of ``activation`` in the catalogue.
ACTIVATIONS: Mapping[str, Activation] = {"hikvision": hikvision_activation.ACTIVATION}
QUIRKS = (*bosch.QUIRKS, *geovision.QUIRKS, *hikvision.QUIRKS)


def quirks_of(identity: Identity | None) -> Quirks:
    """All quirks of a camera that tells this identity; none of one that tells nothing."""
    found = NO_QUIRKS
    for quirk in QUIRKS:
        if identity is not None and quirk.fits(identity):
            found = replace(found, **quirk.says)
    return found
