"""What a deploy asks for before it reads anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from iccc.cli.deploy import _check_engine_files
from iccc.errors import UsageError


def test_a_city_without_its_inventory_for_pyinfra_is_told_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r'inventory/agra\.py is missing; .* hosts = \["@city/agra"\]'):
        _check_engine_files(tmp_path, "agra")
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "agra.py").write_text('hosts = ["@city/agra"]\n', encoding="utf-8")
    _check_engine_files(tmp_path, "agra")
