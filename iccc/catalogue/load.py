"""Files of NetBox's device-type library as a catalogue of ours, or every mistake at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from iccc.catalogue.carry import Carried, Wishes, carry
from iccc.catalogue.netbox import NetBoxDeviceType
from iccc.errors import DeclarationError, Mistake
from iccc.yamlfile import read


def import_files(paths: Sequence[Path], wishes: Wishes) -> list[Carried]:
    """One entry for each file; :class:`DeclarationError` with the mistakes of all of them."""
    found: list[Carried] = []
    mistakes: list[Mistake] = []
    files: dict[str, str] = {}
    for path in paths:
        try:
            document = read(Path(os.path.relpath(path)), Path())
        except DeclarationError as error:
            mistakes += error.mistakes
            continue
        theirs = document.parse(NetBoxDeviceType, empty_keys=True)
        carried = carry(document, theirs, wishes) if theirs is not None else None
        if carried is not None and (other := files.setdefault(carried.key, document.file)) != document.file:
            document.mistake(("slug",), f"{carried.key} is the name of {other} already")
        mistakes += document.mistakes
        if carried is not None:
            found.append(carried)
    if mistakes:
        raise DeclarationError(mistakes)
    return found
