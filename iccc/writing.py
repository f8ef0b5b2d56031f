"""What writing to a device needs beyond its sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Writing:
    """Where templates are, where a configuration is kept before it is changed, and what the change rests on."""

    templates: Path
    backup: Callable[[str, str], None] = lambda _device, _text: None  # device, its configuration without secrets
    seen: Any = None  # the state that the change was planned on; None: whatever is read now
    made: Callable[[Any], None] = lambda _state: None  # is told the state that was read back
    # By switch: ports that lead to another one though no link is declared there. They are kept open like links.
    links: Mapping[str, frozenset[str]] = field(default_factory=dict)
