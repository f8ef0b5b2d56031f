"""Importing packages that change the process while they are imported."""

from __future__ import annotations

import importlib
import logging
import os
from typing import Any


def quiet_import(name: str) -> Any:
    """The module ``name``; the root logger and the proxy variables are afterwards as they were before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    proxies = {key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")}
    try:
        return importlib.import_module(name)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        os.environ.update(proxies)
