"""The libraries that can read SNMP here: gufo-snmp is left out, with a word, where it is not installed."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from iccc.settings import SnmpReader

WITHOUT_GUFO = "" if find_spec("gufo") else "gufo-snmp is not installed"
READERS = [SnmpReader.PYSNMP] if WITHOUT_GUFO else list(SnmpReader)

each_reader = pytest.mark.parametrize(
    "reader",
    [
        pytest.param(reader, marks=pytest.mark.skipif(bool(reader not in READERS), reason=WITHOUT_GUFO))
        for reader in SnmpReader
    ],
)
