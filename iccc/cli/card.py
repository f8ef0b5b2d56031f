"""The rate card that commands price with."""

from __future__ import annotations

from pathlib import Path

from iccc.bom.rates import HEADS, RateCard, read_card
from iccc.city.devices import City
from iccc.city.load import shared_file
from iccc.city.model.rates import RateHeadsFile
from iccc.cli.common import settings_for


def card_of(path: Path, city: City, *former: City) -> RateCard:
    """The card in a file; DeclarationError with every mistake. ``former``: the city as it was."""
    return read_card(path, shared_file(settings_for(live=False).root, HEADS, RateHeadsFile), city, *former)
