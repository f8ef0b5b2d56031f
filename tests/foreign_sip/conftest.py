"""What is foreign is left to ``make test-foreign``."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "foreign_sip" in item.path.parts:
            item.add_marker(pytest.mark.foreign)
