"""What commands that ask a network have in common: the ranges, a catalogue, a bar that moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import IPv4Network

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from iccc.adopt.city.types import Types
from iccc.city.devices import City
from iccc.city.load import CATALOGUE, shared_file
from iccc.city.model.catalogue import Catalogue, DeviceType
from iccc.cli.common import talk
from iccc.discover.asked import ranges
from iccc.errors import UsageError
from iccc.schedule.rows import subnets
from iccc.settings import Settings


def asked(texts: Sequence[str], city: City | None) -> list[IPv4Network]:
    """The ranges that are given; without any the subnets of the declared devices. UsageError when neither is there."""
    if texts:
        return ranges(texts)
    if city is None:
        raise UsageError("nothing is declared yet: give --range CIDR, for switches, cameras and recorders")
    return list(dict.fromkeys(subnet.net.prefix for subnet in subnets(city)))


def catalogue(settings: Settings) -> dict[str, DeviceType]:
    """The device types."""
    return dict(shared_file(settings.root, CATALOGUE, Catalogue).device_types)


def types(settings: Settings, given: Sequence[str]) -> Types:
    """The catalogue, and what ``MODEL=TYPE`` says beside it; UsageError for a type that there is not."""
    known, pairs = catalogue(settings), dict[str, str]()
    for text in given:
        model, equals, type_ = text.rpartition("=")
        if not equals or not model or type_ not in known:
            raise UsageError(f"--type {text!r} is not MODEL=TYPE with a type of {CATALOGUE}")
        pairs[model.casefold()] = type_
    return Types(known, pairs)


@contextmanager
def progress() -> Iterator[Callable[[str, int], None]]:
    """One line for each thing that is done, on stderr when that is a terminal."""
    if not talk.is_terminal:
        yield lambda _what, _more: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=talk, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def more(what: str, number: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=None)
            bar.advance(tasks[what], number)

        yield more
