"""Bilaspur with recorders that are servers."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from iccc.city.devices import City, Recorder, RecorderHost
from iccc.city.load import TEMPLATES, load_city

ROOT = Path(__file__).parents[2]


@cache
def served() -> City:
    """Its first recorder is a server, with the templates as they are shipped."""
    city = load_city(ROOT, "bilaspur")
    first = city.recorders["bsp-rec01"]
    host = RecorderHost("iccc", 24, "10.83.0.1", first.where, "LABEL=recordings", "/srv/recordings", "xfs", 60, 10)
    server = replace(first, recorder_type="server", host=host)
    paths = [path for folder in TEMPLATES for path in sorted((ROOT / folder).glob("*.j2"))]
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}
    return replace(city, recorders={**city.recorders, server.name: server}, templates=texts)


def server() -> Recorder:
    return served().recorders["bsp-rec01"]
