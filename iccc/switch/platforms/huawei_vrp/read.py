"""``display current-configuration`` to a model, whether it is saved, and what of it changes by itself."""

from __future__ import annotations

import re

from iccc.switch.platforms.huawei_vrp.facts import COMMENT, LAST_LINE, SECRET_VALUE, VOLATILE
from iccc.switch.platforms.huawei_vrp.lines import take
from iccc.switch.platforms.huawei_vrp.model import VrpModel
from iccc.switch.steps import Unparsable

_BANNER = re.compile(r"header (?:login|shell) (?:information|file) ?(\S?)(.*)")


def read(*texts: str) -> VrpModel:
    """The model of a whole configuration. Raises :class:`~iccc.switch.steps.Unparsable` when its end is missing.

    ``poe`` is True unless power is off, also on ports that have none: the text does not tell.
    """
    lines = _outside_banners(texts[0])
    if LAST_LINE not in lines[-2:]:
        raise Unparsable(f"the configuration does not end with {LAST_LINE!r}")
    model = VrpModel(take)
    for line in lines:
        model.line(line)
    return model.copy()


def is_saved(running: str, startup: str) -> bool:
    """Whether the saved configuration is the running one, volatile lines and cipher texts apart."""
    return LAST_LINE in startup.splitlines() and stable(running) == stable(startup)


def stable(text: str) -> str:
    """The configuration without volatile lines, its secrets masked: what a backup keeps."""
    lines = (line.rstrip() for line in text.splitlines())
    return "\n".join(SECRET_VALUE.sub(r"\1***", line) for line in lines if line and not VOLATILE.match(line)) + "\n"


def _outside_banners(text: str) -> list[str]:
    """The lines of a configuration without comments, blanks and the free text of banners."""
    kept: list[str] = []
    closing = ""
    for line in text.splitlines():
        if closing:
            closing = "" if line.rstrip().endswith(closing) else closing
            continue
        opened = _BANNER.match(line)
        if opened and opened[1]:
            closing = "" if opened[2].rstrip().endswith(opened[1]) else opened[1]
        elif line.strip() and not line.startswith(COMMENT):
            kept.append(line.rstrip())
    return kept
