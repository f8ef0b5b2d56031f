"""Values in the spellings of others: every spelling is one value, and what is none is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.schedule.heads import FIELD, HEADS, IGNORED, plain
from iccc.schedule.values import PARSERS, Cell, Value, says_nothing

macs = st.binary(min_size=6, max_size=6).filter(lambda raw: not raw[0] & 1 and any(raw)).map(bytes.hex)
MAC_SPELLINGS: dict[str, Callable[[str], str]] = {
    "pairs": lambda text: ":".join(re.findall("..", text)),
    "dashes": lambda text: "-".join(re.findall("..", text)),
    "spaces": lambda text: " ".join(re.findall("..", text)),
    "cisco": lambda text: ".".join(re.findall("....", text)),
    "halves": lambda text: "-".join(re.findall("......", text)),
    "plain": lambda text: text,
}
ports = st.tuples(st.sampled_from(("GigabitEthernet", "TenGigabitEthernet", "FastEthernet")), st.lists(
    st.integers(0, 48), min_size=1, max_size=3,
)).map(lambda pair: (pair[0], "/".join(map(str, pair[1]))))  # fmt: skip
SHORT = {"GigabitEthernet": "Gi", "TenGigabitEthernet": "Te", "FastEthernet": "Fa"}


@pytest.mark.parametrize("spelling", MAC_SPELLINGS)
@given(digits=macs, upper=st.booleans())
def test_every_spelling_of_a_hardware_address_is_the_same(spelling: str, digits: str, upper: bool) -> None:
    written = MAC_SPELLINGS[spelling](digits)
    assert PARSERS["mac"](written.upper() if upper else written) == ":".join(re.findall("..", digits))


@given(ports, st.sampled_from(("", " ")), st.booleans())
def test_every_spelling_of_a_port_is_the_same(port: tuple[str, str], gap: str, lower: bool) -> None:
    kind, number = port
    for name in (kind, SHORT[kind]):
        written = f"{name}{gap}{number}"
        assert PARSERS["port"](written.lower() if lower else written) == f"{kind}{number}"
        assert PARSERS["port"](f"sw2 {written}") == f"sw2 {kind}{number}"
        assert PARSERS["port"](f"bsp-j01-sw2:{written}") == f"bsp-j01-sw2 {kind}{number}"


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("vlan", 201, 201), ("vlan", "VLAN 201", 201), ("vlan", "vlan-0201", 201), ("vlan", "VLAN201", 201),
        ("channel", "CH 07", 7), ("channel", 7, 7), ("channel", "D7", 7),
        ("prefix", 24, 24), ("prefix", "/24", 24), ("mask", "255.255.255.0", 24), ("mask", "255.255.255.192", 26),
        ("prefix", "10.82.1.0/24", IPv4Network("10.82.1.0/24")),
        ("prefix", "10.82.1.11/24", IPv4Network("10.82.1.0/24")),
        ("serial", 123456, "123456"), ("serial", "DS-2CD2T47/0123", "DS-2CD2T47/0123"),
        ("mac", 112233445566 - 10**11, None), ("mac", 122233445566, "12:22:33:44:55:66"),
    ],
)  # fmt: skip
def test_other_spellings(field: str, cell: Cell, value: Value | None) -> None:
    if value is None:
        with pytest.raises(ValueError, match="is not a hardware address"):
            PARSERS[field](cell)
    else:
        assert PARSERS[field](cell) == value


def test_an_address_may_bring_its_prefix_length() -> None:
    assert str(PARSERS["address"]("10.82.1.11/24")) == "10.82.1.11"


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("address", "10.82.1"), ("address", "10.82.1.256"), ("address", "010.082.001.011"), ("address", 10.82),
        ("mac", "02-00:0a:52:01:0b"), ("mac", "02000a52010"), ("mac", "01:00:5e:00:00:01"), ("mac", "000000000000"),
        ("mac", "ff:ff:ff:ff:ff:ff"), ("mac", 1.1e12), ("mac", "०२:00:0a:52:01:0b"),
        ("vlan", 0), ("vlan", 4095), ("vlan", 201.5), ("vlan", "video"), ("vlan", True), ("vlan", "२०१"),
        ("port", "8"), ("port", "Port 8"), ("port", "Gi"), ("port", "Gi1/0/2.100"), ("port", "sw1 sw2 Gi1/1"),
        ("serial", "=1+1"), ("serial", "a b c"), ("serial", "12"), ("serial", 1.5), ("serial", 10**16),
        ("channel", 0), ("channel", "0513"), ("prefix", "255.0.255.0"), ("prefix", 33), ("prefix", "10.82.1.0/33"),
        ("device", "x" * 65),
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused(field: str, cell: Cell) -> None:
    with pytest.raises(ValueError, match=r"is |has "):
        PARSERS[field](cell)


@given(st.sampled_from(sorted(PARSERS)), st.one_of(st.text(max_size=80), st.integers(), st.floats()))
def test_any_cell_is_a_value_or_a_sentence(field: str, cell: Cell) -> None:
    try:
        PARSERS[field](cell)
    except ValueError as error:
        assert str(error).isprintable() and len(str(error)) < 250


@pytest.mark.parametrize("cell", ["", "-", "N/A", "TBD", "nil", "—"])
def test_marks_in_empty_cells_say_nothing(cell: str) -> None:
    assert says_nothing(cell)
    assert not says_nothing("0")


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("IP Address", "address"), ("ip_address", "address"), ("I.P. Address", None), ("IP  ADDRESS :", "address"),
        ("MAC ID", "mac"), ("Switch Port No.", "port"), ("Serial No.", "serial"), ("आईपी पता", "address"),
        ("कैमरा नाम", "device"), ("NVR", "recorder"), ("Remarks of the contractor", None),
    ],
)  # fmt: skip
def test_heads(head: str, field: str | None) -> None:
    assert FIELD.get(plain(head)) == field


def test_a_head_means_one_thing() -> None:
    heads = [plain(head) for heads in HEADS.values() for head in heads]
    assert len(heads) == len(set(heads))
    assert not FIELD.keys() & IGNORED
    assert HEADS.keys() == PARSERS.keys()
