"""The entry of the declaration behind a device: its file, its path in it, and what may be written there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from iccc.city.declared import Declared
from iccc.city.equipment import listed
from iccc.city.model.site import CameraEntry
from iccc.explain import Key
from iccc.yamlfile import Document, Where


@dataclass(frozen=True)
class Entry:
    """``model`` is the entry as it was read; ``path`` leads to it in ``document``."""

    document: Document
    path: tuple[Key, ...]
    model: BaseModel

    def where(self, *inner: Key) -> Where:
        """The line of a value of the entry, or of the entry itself when it does not give one."""
        return self.document.where(*self.path, *inner)

    def mac(self, slot: int | None) -> Where:
        """The line of a hardware address: of one of several cameras it stands under its slot in ``macs``."""
        if isinstance(self.model, CameraEntry) and slot in self.model.macs:
            return self.where("macs", slot)
        return self.where("mac")

    def may_have(self, key: str) -> bool:
        return key in type(self.model).model_fields


def entries(declared: Declared) -> dict[Where, Entry]:
    """Every entry that declares devices, by the line that :attr:`iccc.city.devices.Device.where` names."""
    return {entry.where(): entry for entry in _all(declared)}


def _all(declared: Declared) -> Iterator[Entry]:
    for sheet in declared.sites:
        for index, switch in enumerate(sheet.file.switches):
            yield Entry(sheet.document, ("switches", index), switch)
        for index, camera in enumerate(sheet.file.cameras):
            yield Entry(sheet.document, ("cameras", index), camera)
        for item in listed(sheet.file):
            yield Entry(sheet.document, item.path, item.entry)
    for index, core in enumerate(declared.core.file.switches):
        yield Entry(declared.core.document, ("switches", index), core)
    for index, recorder in enumerate(declared.recorders.file.recorders):
        yield Entry(declared.recorders.document, ("recorders", index), recorder)
    if declared.servers is not None:
        for index, server in enumerate(declared.servers.file.servers):
            yield Entry(declared.servers.document, ("servers", index), server)
