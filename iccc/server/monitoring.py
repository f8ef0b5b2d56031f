"""What watches the city: Prometheus, Alertmanager, and the exporters that ask devices."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from iccc.city.devices import City, Hosted
from iccc.server.parts import Group, Rendered
from iccc.server.sealed import Sealed

PACKAGES = (
    "prometheus", "prometheus-alertmanager", "prometheus-blackbox-exporter", "prometheus-snmp-exporter",
)  # fmt: skip
PARTS: Mapping[str, Callable[[Rendered, Hosted, City, Sealed], Group]] = {}
