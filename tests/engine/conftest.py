"""A small city whose devices all refuse connections: nothing listens on its addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from iccc.context import Context, open_context
from iccc.engine.worker import Worker
from iccc.settings import load_settings
from tests.flow import declaration


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("engine")
    declaration.found(root)
    for path in (root / "cities").rglob("*.yaml"):
        text = re.sub(r"10\.19([123])\.", lambda found: f"10.{195 + int(found[1])}.", path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def context(root: Path) -> Iterator[Context]:
    with open_context(declaration.CITY, "test", load_settings(root)) as context:
        yield context


@pytest.fixture
def worker(context: Context) -> Worker:
    return Worker(context)
