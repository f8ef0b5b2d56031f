"""Processes that end too early: whoever waits for them is told, and nothing passes for done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from iccc.city.load import load_city
from iccc.deploy import deploy
from iccc.settings import load_settings
from tests.flow.declaration import CITY

ASK_TWICE = """
from iccc.engine.wire import Wire
from iccc.errors import DeviceError
wire = Wire("nowhere")
for _ in range(2):
    try:
        wire.ask("read", device="any")
    except DeviceError as error:
        print(error)
    wire.worker.wait()
"""


def test_a_worker_that_ended_answers_everybody_with_a_device_error(root: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", ASK_TWICE], cwd=root, capture_output=True, text=True, timeout=20, check=True
    )
    assert asked.stdout.splitlines() == ["worker: the process that holds the sessions ended"] * 2
    assert "Traceback" not in asked.stderr
    assert asked.stderr.startswith("error: ")


def test_a_deploy_whose_engine_breaks_is_stopped_and_never_clean(root: Path) -> None:
    settings, city = load_settings(root), load_city(root, CITY)
    broken = root / "inventory" / f"{CITY}.py"
    text = broken.read_text(encoding="utf-8")
    broken.write_text("import os\nos._exit(7)\n", encoding="utf-8")
    try:
        told = deploy(city, settings, "a-run", {"bsp-rec01": ""}, lambda _row: None)
    finally:
        broken.write_text(text, encoding="utf-8")
    assert (told.stopped, told.missed) == ("the engine ended with code 7 before it was done", ["bsp-rec01"])
    assert not told.clean
