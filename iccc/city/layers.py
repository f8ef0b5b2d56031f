"""Values that a wider place gives for all cameras below it, and which line gave each of them.

Weakest first: ``defaults`` of city.yaml, the camera's group, its site type, its site, the camera's own entry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from iccc.city.declared import Declared, Sheet
from iccc.city.model.common import LAYERED, Layer, Lifecycle, View
from iccc.city.model.site import CameraEntry, SiteFile
from iccc.yamlfile import Where


@dataclass(frozen=True)
class Given:
    """A value and the line that gave it; ``where`` is None for what holds when nobody says anything."""

    value: Any
    where: Where | None


@dataclass(frozen=True)
class Layers:
    """The places that may give a value, weakest first, each with a way to its lines."""

    layers: tuple[tuple[Layer, Callable[[str], Where]], ...]

    def get(self, key: str) -> Given | None:
        """The strongest value of ``key``, or None when no layer gives one."""
        for layer, where in reversed(self.layers):
            if (value := getattr(layer, key)) is not None:
                return Given(value, where(key))
        return BUILT_IN.get(key)

    def all(self) -> dict[str, Given]:
        """Every value that some layer gives."""
        found = {key: self.get(key) for key in LAYERED}
        return {key: given for key, given in found.items() if given is not None}


BUILT_IN = {
    "owner": Given("project", None),
    "view": Given(View.PUBLIC_WAY, None),
    "audio": Given(False, None),
}


def layers_of_site(declared: Declared, sheet: Sheet[SiteFile]) -> Layers:
    """What holds for a site itself: its status and phase."""
    return Layers((*_city(declared), *_site_type(declared, sheet), *_site(sheet)))


def layers_of_camera(declared: Declared, sheet: Sheet[SiteFile], index: int) -> Layers:
    """What holds for the camera entry ``index`` of a site."""
    entry = sheet.file.cameras[index]
    group = declared.city.file.groups.get(entry.group)
    of_group = (_layer(declared.city, group, ("groups", entry.group)),) if group else ()
    own = _layer(sheet, entry, ("cameras", index))
    return Layers((*_city(declared), *of_group, *_site_type(declared, sheet), *_site(sheet), own))


def status_and_phase(layers: Layers) -> tuple[Lifecycle | None, str | None]:
    status, phase = layers.get("status"), layers.get("phase")
    return (status.value if status else None), (phase.value if phase else None)


def _city(declared: Declared) -> Sequence[tuple[Layer, Callable[[str], Where]]]:
    return (_layer(declared.city, declared.city.file.defaults, ("defaults",)),)


def _site_type(declared: Declared, sheet: Sheet[SiteFile]) -> Sequence[tuple[Layer, Callable[[str], Where]]]:
    layer = declared.city.file.site_types.get(sheet.file.type)
    return (_layer(declared.city, layer, ("site_types", str(sheet.file.type))),) if layer else ()


def _site(sheet: Sheet[SiteFile]) -> Sequence[tuple[Layer, Callable[[str], Where]]]:
    own = Layer(status=sheet.file.status, phase=sheet.file.phase)
    return (_layer(sheet, own, ()), _layer(sheet, sheet.file.defaults, ("defaults",)))


def _layer(
    sheet: Sheet[Any], layer: Layer | CameraEntry, path: tuple[str | int, ...]
) -> tuple[Layer, Callable[[str], Where]]:
    return layer, lambda key: sheet.document.where(*path, key)
