"""Listening to traps, and reading again what sent one: a trap is a hint where to look, never what is so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from iccc.city.devices import City, Device
from iccc.context import Context, open_context
from iccc.errors import IcccError, StateError, UsageError
from iccc.sessions.snmp_listen import Traps, listening
from iccc.settings import Settings
from iccc.state.findings import Episode, Findings
from iccc.survey import survey

PAUSE_S = 30.0  # between two readings of one device, however many traps it sends
SETTLE_S = 1.0  # after a trap: others mostly follow it
ASIDE_S = 5.0  # when another run holds the city

Say = Callable[[str], None]
Tell = Callable[[City, datetime, str, Episode], None]  # when, "new" or "resolved", what


@dataclass
class Turns:
    """When each device that sent a trap is read again."""

    due: dict[str, float] = field(default_factory=dict)
    read_at: dict[str, float] = field(default_factory=dict)

    def trap(self, device: str, now: float) -> None:
        self.due.setdefault(device, max(now + SETTLE_S, self.read_at.get(device, -PAUSE_S) + PAUSE_S))

    def ready(self, now: float) -> list[str]:
        return [device for device, at in self.due.items() if at <= now]

    def wait_s(self, now: float, end: float) -> float:
        """How long a trap may be waited for: at most a second, so that Ctrl-C is heard."""
        return max(0.05, min(end - now, 1.0, *(at - now for at in self.due.values())))

    def done(self, devices: Sequence[str], now: float) -> None:
        for device in devices:
            del self.due[device]
            self.read_at[device] = now

    def later(self, devices: Sequence[str], at: float) -> None:
        self.due |= dict.fromkeys(devices, at)


@dataclass
class Heard:
    """What was said already of traps that nobody reads."""

    strangers: set[str] = field(default_factory=set)
    dropped: int = 0

    def news(self, traps: Traps) -> Iterator[str]:
        for address in sorted(traps.strangers - self.strangers):
            self.strangers.add(address)
            yield f"a trap came from {address}, which no switch or UPS card is declared at: it is not read"
        if traps.dropped > self.dropped:
            yield f"traps dropped, as too many came at once: {traps.dropped - self.dropped}"
            self.dropped = traps.dropped


def watch(
    city_key: str,
    settings: Settings,
    chosen: Callable[[Context], Sequence[Device]],
    seconds: float | None,
    found: Tell,
    talk: Say,
) -> bool:
    """Listen for ``seconds``, or until interrupted; ``found`` gets each finding that is new or resolved.

    Whether anything new was found. UsageError when the city declares no address to listen on. The city is locked only
    while devices are read.
    """
    with open_context(city_key, "watch", settings) as context:
        city, reach = context.city, context.reach
        if city.traps_to is None:
            raise UsageError(f"{city.key}: city.yaml declares no snmp.traps_to, the address to listen on")
        asked = {device.name for device in chosen(context)}
        watched = {d.address: d.name for d in (*city.switches.values(), *city.ups.values()) if d.name in asked}
        logins = {login for name in watched.values() if (login := reach.credentials.snmp(name))}
        traps_to = city.traps_to
    turns, heard, anything = Turns(), Heard(), False
    end = time.monotonic() + seconds if seconds else float("inf")
    with listening(reach, traps_to, watched, logins) as traps:
        talk(f"listening on {traps_to} for {len(watched)} devices")
        while (now := time.monotonic()) < end:
            trap = traps.next(turns.wait_s(now, end))
            if trap is not None:
                turns.trap(trap.device, time.monotonic())
            for line in heard.news(traps):
                talk(line)
            ready = turns.ready(time.monotonic())
            if not ready:
                continue
            try:
                with open_context(city_key, "watch", settings) as context:
                    anything |= _read(context, ready, found)
            except IcccError as error:  # also a declaration that somebody is just writing: what sent a trap is not lost
                aside_s = ASIDE_S if isinstance(error, StateError) else PAUSE_S
                talk(f"{', '.join(ready)}: read again in {aside_s:g} s: {error}")
                turns.later(ready, time.monotonic() + aside_s)
            else:
                turns.done(ready, time.monotonic())
    return anything


def _read(context: Context, names: Sequence[str], found: Tell) -> bool:
    """Read the devices, say what is new and what is resolved; whether anything is new."""
    before = _standing(context)
    # The declaration may have changed since the listening began.
    devices = [device for name in names if (device := context.city.find(name)) and device.on_the_wire]
    if not devices:
        return False
    survey(context, devices, lambda _name: None)
    after = _standing(context)
    at = context.clock.now()
    for sign, these, those in (("new", after, before), ("resolved", before, after)):
        for id_, episode in these.items():
            if id_ not in those:
                found(context.city, at, sign, episode)
    return bool(after.keys() - before.keys())


def _standing(context: Context) -> Mapping[str, Episode]:
    return {episode.id: episode for episode in Findings(context.store).standing()}
