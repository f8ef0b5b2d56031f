"""One lab process for all tests of this folder; every test finds it at factory state, or as deployed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flow.town import Town, played


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with played(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
def factory(town: Town) -> Town:
    """Every device as a technician left it, and no state."""
    if not town.sets:
        town.to_deployed()  # counts them
    town.to_factory()
    return town


@pytest.fixture
def deployed(town: Town) -> Iterator[Town]:
    """Every device as declared. What the test does to devices, declaration and state is undone after it."""
    town.to_deployed()
    yield town
    town.put_back()
