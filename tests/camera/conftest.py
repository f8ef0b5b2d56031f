"""What the product asks of simulated devices, and what these answer, is judged by the schemas: each form once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.camera.devices import WITNESS
from tests.oracle.witness import Judge

_judge = Judge()


@pytest.fixture(autouse=True)
def judged() -> Iterator[None]:
    """The test in which a form of message comes first fails when it is invalid."""
    yield
    assert _judge.mistakes(WITNESS.taken()) == []
