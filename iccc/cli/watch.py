"""``iccc watch``: listen to traps, and read again what sent one."""

from __future__ import annotations

import time
from collections.abc import Mapping

import click

from iccc.cli.common import Exit, city_argument, limit_option, settings_for, talk, target_option
from iccc.context import Context, open_context
from iccc.errors import StateError, UsageError
from iccc.limit import select
from iccc.state.findings import Episode, Findings
from iccc.survey import survey

PAUSE_S = 30.0  # between two readings of one device, however many traps it sends
SETTLE_S = 1.0  # after a trap: others mostly follow it
ASIDE_S = 5.0  # when another run holds the city


@click.command("watch")
@city_argument
@click.option("--for", "seconds", type=click.FloatRange(min=0, min_open=True), help="Stop after so many seconds.")
@limit_option
@target_option
def command(city_key: str, seconds: float | None, limits: tuple[str, ...], live: bool) -> int:
    """Listen to the traps and informs of switches and UPS cards, and read again what sent one.

    What is found anew or resolved is printed. The listening address is snmp.traps_to of city.yaml.
    """
    from iccc.sessions.snmp_listen import listening

    settings = settings_for(live)
    with open_context(city_key, "watch", settings) as context:
        city, reach = context.city, context.reach
        if city.traps_to is None:
            raise UsageError(f"{city.key}: city.yaml declares no snmp.traps_to, the address to listen on")
        asked = {device.name for device in select(city, limits)}
        watched = {d.address: d.name for d in (*city.switches.values(), *city.ups.values()) if d.name in asked}
        logins = {login for name in watched.values() if (login := reach.credentials.snmp(name))}
        traps_to = city.traps_to
    due: dict[str, float] = {}  # device: when it is read again
    read_at: dict[str, float] = {}
    found = False
    end = time.monotonic() + seconds if seconds else float("inf")
    with listening(reach, traps_to, watched, logins) as traps:
        talk.print(f"listening on {traps_to} for {len(watched)} devices")
        while (now := time.monotonic()) < end:
            trap = traps.next(max(0.05, min(end - now, 1.0, *(at - now for at in due.values()))))
            now = time.monotonic()
            if trap is not None:
                earliest = max(now + SETTLE_S, read_at.get(trap.device, -PAUSE_S) + PAUSE_S)
                due.setdefault(trap.device, earliest)
            ready = [device for device, at in due.items() if at <= now]
            if not ready:
                continue
            try:
                with open_context(city_key, "watch", settings) as context:
                    found |= _read(context, ready)
            except StateError as error:
                talk.print(f"{', '.join(ready)}: read again in {ASIDE_S:g} s: {error}")
                due |= dict.fromkeys(ready, now + ASIDE_S)
                continue
            for device in ready:
                del due[device]
                read_at[device] = time.monotonic()
    return Exit.DIFFERENT if found else Exit.CLEAN


def _read(context: Context, names: list[str]) -> bool:
    """Read the devices, print what is new and what is resolved; whether anything is new."""
    before = _standing(context)
    survey(context, [context.city.device(name) for name in names], lambda _name: None)
    after = _standing(context)
    at = context.clock.now().isoformat(timespec="seconds")
    for sign, these, those in (("new", after, before), ("resolved", before, after)):
        for id_, episode in these.items():
            if id_ not in those:
                place = f"{episode.device} {episode.path}".strip()
                click.echo(f"{at} {sign}: {place}: {episode.text}")
    return bool(after.keys() - before.keys())


def _standing(context: Context) -> Mapping[str, Episode]:
    return {episode.id: episode for episode in Findings(context.store).standing()}
