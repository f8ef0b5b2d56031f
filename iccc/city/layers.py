"""Values that a wider place gives for all cameras below it, and which line gave each of them.

Weakest first: ``defaults`` of city.yaml, the camera's group, its site type, its site, the camera's own entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from iccc.city.declared import Declared, Sheet
from iccc.city.model.common import LAYERED, Layer, View
from iccc.city.model.site import CameraEntry, SiteFile
from iccc.yamlfile import Where


@dataclass(frozen=True)
class Given:
    """A value, the line that gave it, and the layer that this line is in.

    ``where`` is None for what holds when nobody says anything.
    """

    value: Any
    where: Where | None
    layer: str = "built in"


@dataclass(frozen=True)
class Place:
    """One layer: its name as people say it (``site_types.police_station``), its values, the way to their lines."""

    name: str
    layer: Layer
    where: Callable[[str], Where]


@dataclass(frozen=True)
class Layers:
    """The places that may give a value, weakest first."""

    layers: tuple[Place, ...]

    def get(self, key: str) -> Given | None:
        """The strongest value of ``key``, or None when no layer gives one."""
        return next(self.said(key), None)

    def said(self, key: str) -> Iterator[Given]:
        """Every value that a layer gives, strongest first: the first one holds, the others are overridden."""
        for place in reversed(self.layers):
            if (value := getattr(place.layer, key)) is not None:
                yield Given(value, place.where(key), place.name)
        if key in BUILT_IN:
            yield BUILT_IN[key]

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
    of_group = (_layer(f"groups.{entry.group}", declared.city, group, ("groups", entry.group)),) if group else ()
    own = _layer("its entry", sheet, entry, ("cameras", index))
    return Layers((*_city(declared), *of_group, *_site_type(declared, sheet), *_site(sheet), own))


def _city(declared: Declared) -> Sequence[Place]:
    return (_layer("defaults", declared.city, declared.city.file.defaults, ("defaults",)),)


def _site_type(declared: Declared, sheet: Sheet[SiteFile]) -> Sequence[Place]:
    layer = declared.city.file.site_types.get(sheet.file.type)
    key = str(sheet.file.type)
    return (_layer(f"site_types.{key}", declared.city, layer, ("site_types", key)),) if layer else ()


def _site(sheet: Sheet[SiteFile]) -> Sequence[Place]:
    own = Layer(status=sheet.file.status, phase=sheet.file.phase)
    return (
        _layer("its site", sheet, own, ()),
        _layer("its site's defaults", sheet, sheet.file.defaults, ("defaults",)),
    )


def _layer(name: str, sheet: Sheet[Any], layer: Layer | CameraEntry, path: tuple[str | int, ...]) -> Place:
    return Place(name, layer, lambda key: sheet.document.where(*path, key))
