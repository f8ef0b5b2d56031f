"""Laws are checked without a time limit for each example: the machine may be busy. And what shares addresses runs in
one process."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import Any

import pytest

if find_spec("hypothesis"):  # `iccc verify` runs tests/field where it need not be installed
    from hypothesis import settings

    settings.register_profile("unhurried", deadline=None)
    settings.load_profile("unhurried")

SHARED = {  # simulated devices of these files and folders have the same addresses: by what they share
    "camera": "127.77.3", "recorder": "127.77.3",
    "sessions": "127.77.4", "switch": "127.77.4",
    "lab/cam": "127.77.2",
    "lab/net": "127.77.1",
    "rotate": "127.77.40",
    "flow/test_staging.py": "makers", "flow/test_replace.py": "makers",
}  # fmt: skip


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object | None:
    """With ``--dist loadfile`` a process takes a file, or all files that share addresses, and then the next."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByAddresses(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = PurePosixPath(nodeid.partition("::")[0]).relative_to("tests")
            return next((SHARED[str(one)] for one in (file, *file.parents) if str(one) in SHARED), str(file))

    return ByAddresses(config, log)
