"""Laws are checked without a time limit for each example: the machine may be busy."""

from __future__ import annotations

from importlib.util import find_spec

if find_spec("hypothesis"):  # `iccc verify` runs tests/field where it need not be installed
    from hypothesis import settings

    settings.register_profile("unhurried", deadline=None)
    settings.load_profile("unhurried")
