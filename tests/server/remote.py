"""The modules that run on a server, on folders that stand for the server's."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest

from iccc.server import remote

MODULES = [import_module(f"{remote.__name__}.{one.name}") for one in iter_modules(remote.__path__)]


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, value: object) -> None:
    """``value`` for a name, in each of the modules that has it: a command, a file, a folder."""
    having = [module for module in MODULES if hasattr(module, name)]
    assert having, f"no module has {name}"
    for module in having:
        monkeypatch.setattr(module, name, value)
