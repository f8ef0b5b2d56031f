"""The shipped cities, loaded once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from iccc.city.devices import City
from iccc.city.load import load_city

ROOT = Path(__file__).parents[2]

load = cache(lambda key: load_city(ROOT, key))


@pytest.fixture
def bilaspur() -> City:
    return load("bilaspur")


@pytest.fixture
def sagar() -> City:
    return load("sagar")
