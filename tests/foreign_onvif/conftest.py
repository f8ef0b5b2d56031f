"""Foreign clients, each started once, and what they cannot do, told at the end of the run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.foreign_onvif.client import ForeignClient, started
from tests.foreign_onvif.environments import CLIENTS
from tests.foreign_onvif.limits import LIMITS
from tests.lab.cam.conftest import lab  # noqa: F401  (a fixture)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "foreign_onvif" in item.path.parts:
            item.add_marker(pytest.mark.foreign)


@pytest.fixture(scope="session", params=CLIENTS)
def client(request: pytest.FixtureRequest) -> Iterator[ForeignClient]:
    """Fails, with the reason, when it cannot be installed."""
    with started(request.param) as client:
        yield client


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if any("foreign_onvif" in report.nodeid for report in terminalreporter.stats.get("passed", [])):
        terminalreporter.section("what the foreign clients cannot do")
        for limit in LIMITS:
            terminalreporter.write_line(f"{limit.client} {limit.parts} on {limit.makes}: {limit.said}: {limit.why}")
