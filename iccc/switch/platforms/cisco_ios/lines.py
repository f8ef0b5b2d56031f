"""Configuration lines from the templates in ``templates/switch/cisco_ios``: the only place that makes them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from iccc.switch.platforms.cisco_ios import vlans
from iccc.switch.platforms.cisco_ios.names import order
from iccc.switch.platforms.cisco_ios.text import say
from iccc.switch.state import ALL_VLANS, PortMode, SwitchState

FOLDER = "switch/cisco_ios"


class Lines:
    """The macros of ``changes.j2``: ``lines.description(port=…, text=…)`` gives that step's lines.

    :class:`~iccc.switch.steps.Unsayable` when a value cannot be written on the command line.
    """

    def __init__(self, templates: Path) -> None:
        self._macros = _environment(templates).get_template("changes.j2").module

    def __call__(self, macro: str, **values: object) -> tuple[str, ...]:
        text: str = getattr(self._macros, macro)(**values)
        return tuple(line for line in text.splitlines() if line.strip())


def render(wanted: SwitchState, templates: Path) -> str:
    """The whole configuration that declares ``wanted`` and nothing else: for review and zero-touch provisioning."""
    return _environment(templates).get_template("config.j2").render(state=wanted)


@lru_cache(maxsize=4)
def _environment(templates: Path) -> Environment:
    # The output is no HTML; `finalize` sees every value that any template prints.
    env = Environment(  # noqa: S701
        loader=FileSystemLoader(templates / FOLDER),
        undefined=StrictUndefined,
        finalize=say,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters["vlan_lists"] = vlans.lists
    env.filters["in_port_order"] = lambda ports: sorted(ports, key=order)
    env.globals.update(ALL_VLANS=ALL_VLANS, TRUNK=PortMode.TRUNK, ACCESS=PortMode.ACCESS)
    return env
