"""Configuration lines from the templates in ``templates/switch/<platform>``: the only place that makes them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from iccc.switch.platform import Model, Platform
from iccc.switch.state import ALL_VLANS, ANYWHERE, PortMode, SwitchState
from iccc.switch.steps import Edit, Unsayable


class Lines:
    """The macros of a platform's ``changes.j2``: one a kind of edit, named after the part of the state.

    Each is called with ``key``, ``before``, ``after`` and the ``model`` that stands just before the edit.
    :class:`~iccc.switch.steps.Unsayable` when a value cannot be written on the command line.
    """

    def __init__(self, platform: Platform, templates: Path) -> None:
        self._platform = platform
        self._macros = _environment(platform, templates).get_template("changes.j2").module

    def __call__(self, edit: Edit, model: Model) -> tuple[str, ...]:
        macro = getattr(self._macros, edit.macro, None)
        if macro is None:
            raise Unsayable(f"{edit.section} {edit.field}: iccc does not set it on {self._platform.name}")
        text: str = macro(edit.key, edit.before, edit.after, model)
        return tuple(line for line in text.splitlines() if line.strip())


def render(platform: Platform, wanted: SwitchState, templates: Path) -> str:
    """The whole configuration that declares ``wanted`` and nothing else: for review and zero-touch provisioning."""
    return _environment(platform, templates).get_template("config.j2").render(state=wanted)


@lru_cache(maxsize=16)
def _environment_of(templates: Path, folder: str) -> Environment:
    # The output is no HTML; `finalize` sees every value that any template prints.
    return Environment(  # noqa: S701
        loader=FileSystemLoader(templates / folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _environment(platform: Platform, templates: Path) -> Environment:
    env = _environment_of(templates, platform.templates)
    if env.finalize is None:
        env.finalize = platform.say
        env.filters.update(platform.filters)
        env.filters["in_port_order"] = lambda ports: sorted(ports, key=platform.order)
        env.globals.update(ALL_VLANS=ALL_VLANS, ANYWHERE=ANYWHERE, TRUNK=PortMode.TRUNK, ACCESS=PortMode.ACCESS)
    return env
