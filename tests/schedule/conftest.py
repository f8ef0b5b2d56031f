"""The shipped cities, loaded once; laws are checked without a time limit for each example."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from iccc.city.devices import City
from iccc.city.load import load_city

ROOT = Path(__file__).parents[2]

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

load = cache(lambda key: load_city(ROOT, key))


@pytest.fixture
def bilaspur() -> City:
    return load("bilaspur")


@pytest.fixture
def sagar() -> City:
    return load("sagar")
