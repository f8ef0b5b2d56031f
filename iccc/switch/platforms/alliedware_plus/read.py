"""``show running-config`` to a model, whether it is saved, and the text that a backup keeps."""

from __future__ import annotations

from iccc.switch.platforms.alliedware_plus.facts import COMMENT, LAST_LINE, SECRET_VALUE
from iccc.switch.platforms.alliedware_plus.lines import take
from iccc.switch.platforms.alliedware_plus.model import AwplusModel
from iccc.switch.steps import Unparsable


def read(*texts: str) -> AwplusModel:
    """The model of a whole configuration. Raises :class:`~iccc.switch.steps.Unparsable` when its end is missing.

    ``poe`` is True unless power is off, also on ports that have none: the text does not tell.
    """
    lines = [line.rstrip() for line in texts[0].splitlines() if line.strip() and not line.startswith(COMMENT)]
    if LAST_LINE not in lines[-2:]:
        raise Unparsable(f"the configuration does not end with {LAST_LINE!r}")
    model = AwplusModel(take)
    for line in lines:
        model.line(line)
    return model.copy()


def is_saved(running: str, startup: str) -> bool:
    """Whether the startup configuration is the running one."""
    return LAST_LINE in startup.splitlines() and _lasting(running) == _lasting(startup)


def stable(text: str) -> str:
    """The configuration with its secrets masked: what a backup keeps. No line of it changes by itself."""
    return "\n".join(SECRET_VALUE.sub(r"\1***", line) for line in _lasting(text)) + "\n"


def _lasting(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith(COMMENT)]
