"""The names of what third parties own: known to the declaration, and managed by nobody here."""

from __future__ import annotations

from iccc.city.declared import Declared
from iccc.yamlfile import Where


def third_parties(declared: Declared) -> dict[str, tuple[str, Where]]:
    """Each owner's token, and the names of its recorder and cameras: the head that it is of, and its line."""
    found: dict[str, tuple[str, Where]] = {}
    for document, head in declared.third_party:
        for index, owner in enumerate(head.owners):
            path = ("owners", index)
            found[owner.token] = (head.head, document.where(*path, "token"))
            if owner.recorder is not None:
                found[f"{owner.token}-rec"] = (head.head, document.where(*path, "recorder"))
            for position, camera in enumerate(owner.cameras):
                name = f"{owner.token}-c{camera.number:02d}"
                found[name] = (head.head, document.where(*path, "cameras", position))
    return found
