"""The parsers of the MIBs: cases as files (columns and what follows from them), laws, and what hostile agents send."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.mib import arp, entity, fdb, history, interfaces, lldp, ntp, optics, poe, spanning_tree, system, ups, vlans
from iccc.mib.values import Column, Columns, Value

CASES = Path(__file__).with_name("cases")
DEVANAGARI = "चौक कैमरा २"


def _lldp(columns: Columns) -> object:
    found = interfaces.parse(columns)
    local = lldp.local_ports(columns, found, fdb.base_ports(columns))
    return [
        {"port": found[local[one.local]].name if one.local in local else None, **_said(one)}
        for one in lldp.parse(columns)
    ]


def _fdb(columns: Columns) -> object:
    known, ports = vlans.q_bridge(columns), fdb.base_ports(columns)
    both = [*fdb.q_bridge(columns, known), *fdb.d_bridge(columns, None, known)]
    return [list(one) for one in fdb.by_interface(iter(both), ports)]


def _names(columns: Columns) -> dict[int, str]:
    return {index: one.name for index, one in interfaces.parse(columns).items()}


def _poe(columns: Columns) -> object:
    found = poe.parse(columns, {}, frozenset(_names(columns)), entity.parse(columns))
    return {"ports": {str(index): _said(port) for index, port in found.items()}, "supply": _said(poe.supply(columns))}


def _entity(columns: Columns) -> object:
    return {"chassis": _said(entity.parse(columns).chassis)}


def _optics(columns: Columns) -> object:
    found = optics.parse(columns, entity.parse(columns), _names(columns))
    return {str(index): _said(light) for index, light in found.items()}


def _ups(columns: Columns) -> object:
    scalars = _scalars(columns)
    found = ups.parse(scalars, columns, system.parse(scalars).object_id)
    if found is None:
        return None
    judged = ("on_battery", "on_bypass", "battery_low", "battery_bad")
    told = {name: value for name, value in _said(found).items() if name != "said"}
    return told | {name: getattr(found, name) for name in judged}


PARSERS: Mapping[str, Callable[[Columns], object]] = {
    "interfaces": lambda columns: [_said(one) for one in interfaces.parse(columns).values()],
    "lldp": _lldp,
    "q_bridge": lambda columns: _said(vlans.q_bridge(columns)),
    "cisco_vlans": lambda columns: _said(vlans.cisco(columns)),
    "fdb": _fdb,
    "arp": lambda columns: {address: _said(entry) for address, entry in arp.parse(columns).items()},
    "spanning_tree": lambda columns: {str(port): held for port, held in spanning_tree.blocking(columns).items()},
    "poe": _poe,
    "entity": _entity,
    "optics": _optics,
    "ups": _ups,
    "history": lambda columns: _said(history.parse(_scalars(columns), columns)),
    "ntp": lambda columns: ntp.synchronised(_scalars(columns)),
    "system": lambda columns: _said(system.parse(_scalars(columns))),
}


def _said(found: Any) -> Any:
    """As JSON has it, without what was not told."""
    told = {name: value for name, value in asdict(found).items() if value is not None} if found is not None else None
    return json.loads(json.dumps(told, default=sorted))


def _scalars(columns: Columns) -> dict[str, Value]:
    return {f"{oid}.0": column[0,] for oid, column in columns.items() if (0,) in column}


def _value(said: int | str) -> Value:
    """``"0x…"`` are octets, ``"oid 1.3"`` is an OID, ``"ip …"`` an address; other text is an OCTET STRING."""
    if isinstance(said, int):
        return said
    kind, _, rest = said.partition(" ")
    return bytes.fromhex(said[2:]) if said.startswith("0x") else rest if kind in ("oid", "ip") else said.encode()


@pytest.mark.parametrize("case", sorted(CASES.glob("*.json")), ids=lambda case: case.stem)
def test_case(case: Path) -> None:
    told = json.loads(case.read_text(encoding="utf-8"))
    columns = {
        oid: {tuple(map(int, index.split("."))): _value(value) for index, value in rows.items()}
        for oid, rows in told["columns"].items()
    }
    assert PARSERS[told["parser"]](columns) == told["seen"]


ports = st.frozensets(st.integers(1, 400), max_size=60)


@given(ports, st.integers(0, 8))
def test_a_port_list_holds_just_its_ports(numbers: frozenset[int], padding: int) -> None:
    octets = bytearray((max(numbers, default=0) + 7) // 8 + padding)
    for number in numbers:
        octets[(number - 1) // 8] |= 1 << (7 - (number - 1) % 8)
    assert vlans.bits(bytes(octets)) == numbers


values: st.SearchStrategy[Value] = (
    st.integers(-(2**63), 2**64)
    | st.binary(max_size=20)
    | st.sampled_from([b"\x00\x1b[2J\r\n", DEVANAGARI.encode(), "1.3"])
)
indexes = st.lists(st.integers(0, 2**32), max_size=10).map(tuple)
OIDS = sorted(
    {
        value
        for module in (arp, entity, fdb, history, interfaces, lldp, ntp, optics, poe, spanning_tree, system, ups, vlans)
        for known in vars(module).values()
        for value in (known if isinstance(known, tuple) else (known,))
        if isinstance(value, str) and value[:2] == "1."
    }
)


@given(st.dictionaries(st.sampled_from(OIDS), st.dictionaries(indexes, values, max_size=4)))
def test_no_answer_of_an_agent_is_an_error_of_a_parser(columns: dict[str, Column]) -> None:
    for parse in PARSERS.values():
        assert printable(json.dumps(parse(columns), default=str, ensure_ascii=False))


def printable(said: str) -> bool:
    return said.isprintable()


def test_a_text_is_told_on_one_line_and_in_its_own_script() -> None:
    said = {interfaces.NAME: {(1,): b"Gi1"}, interfaces.ALIAS: {(1,): f"\x1b[2J{DEVANAGARI}\r\nx".encode()}}
    assert interfaces.parse(said)[1].alias == f"[2J{DEVANAGARI}  x"


@pytest.mark.parametrize(
    ("listed", "if_number", "cut"), [(58, 59, False), (42, 33, False), (20, 60, True), (10, None, False), (7, 10, True)]
)
def test_a_table_is_cut_when_more_than_a_tenth_of_ifnumber_is_missing(
    listed: int, if_number: int | None, cut: bool
) -> None:
    assert interfaces.truncated(listed, if_number) is cut


def test_the_maker_is_told_by_the_object_id() -> None:
    assert system.System(object_id="1.3.6.1.4.1.9.1.617").enterprise == 9
    assert system.System(object_id="1.3.6.1.2.1").enterprise is None
    assert system.System().enterprise is None
