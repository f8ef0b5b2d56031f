"""What must hold for every device type, whatever it is called and however many ports it has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from iccc.catalogue.carry import PSE_W, Carried, Wishes, carry
from iccc.catalogue.interface_types import is_copper, is_ethernet, is_wireless, objection
from iccc.catalogue.netbox import NetBoxDeviceType
from iccc.catalogue.ports import LONGEST, Port, ranges
from iccc.catalogue.write import written
from iccc.city.model.catalogue import PORT, Catalogue, Kind
from iccc.yamlfile import Document

names = st.one_of(
    st.from_regex(rf"\A{PORT}\Z").filter(lambda name: len(name) <= 64),
    st.builds(
        "{}{}".format,
        st.sampled_from(["ge-0/0/", "1/1/", "GigabitEthernet1/0/", "port0", "", "Port "]),
        st.integers(0, 130),
    ),
)
numbered = st.builds(
    lambda before, first, count: [f"{before}{n}" for n in range(first, first + count)],
    st.sampled_from(["ge-0/0/", "1/1/", "GigabitEthernet1/0/", "swp", ""]),
    st.integers(0, 12),
    st.integers(1, 2 * LONGEST + 1),
)


@given(st.lists(st.builds(Port, names, st.sampled_from([0.0, *PSE_W.values()]), st.booleans()), max_size=40))
def test_ranges_have_the_ports_that_they_were_made_of(ports: list[Port]) -> None:
    assert [Port(name, found.poe_w, found.uplink) for found in ranges(ports) for name in found.names] == ports


@given(numbered)
def test_ports_in_a_row_are_as_few_ranges_as_can_be(row: list[str]) -> None:
    assert len(ranges(map(Port, row))) == -(-len(row) // LONGEST)


TYPES = ["1000base-t", "100base-tx", "1000base-x-sfp", "10gbase-x-sfpp", "virtual", "lag", "ieee802.11ax", "other"]
line = st.text(min_size=1, max_size=40)
interface = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES)},
    optional={
        "mgmt_only": st.booleans(),
        "poe_mode": st.sampled_from([None, "pd", "pse"]),
        "poe_type": st.sampled_from([None, *PSE_W, "passive-24v-2pair"]),
        "label": line,
    },
)


@st.composite
def device_types(draw: st.DrawFn) -> dict[str, Any]:
    interfaces = [
        {"name": name, **draw(interface)} for name in draw(st.lists(names, unique=True, max_size=12))
    ]  # fmt: skip
    optional = {
        "part_number": line,
        "description": line,
        "comments": st.one_of(line, st.just("see https://example.org/x?a=1#b).")),
        "airflow": st.sampled_from(["passive", "front-to-rear"]),
        "power-ports": st.lists(
            st.fixed_dictionaries({"name": line}, optional={"maximum_draw": st.integers(1, 4000)}), max_size=3
        ),
        "module-bays": st.lists(st.fixed_dictionaries({"name": line, "position": line}), max_size=2),
    }
    return draw(
        st.fixed_dictionaries(
            {
                "manufacturer": line,
                "model": line,
                "slug": st.from_regex(r"\A[-a-z0-9_]{1,60}\Z"),
                "u_height": st.sampled_from([0, 0.5, 1, 42]),
                "is_full_depth": st.booleans(),
                "interfaces": st.just(interfaces),
            },
            optional=optional,
        )
    )


def imported(value: dict[str, Any], kind: Kind) -> Carried:
    """``value`` written as NetBox would, and carried over."""
    document = Document("theirs.yaml", yaml.safe_dump(value))
    theirs = document.parse(NetBoxDeviceType, empty_keys=True)
    assert theirs is not None, document.mistakes
    carried = carry(document, theirs, Wishes(kind, poe_budget_w=90.0))
    assert carried is not None, document.mistakes
    return carried


@given(device_types(), st.sampled_from(list(Kind)))
def test_what_is_imported_reads_back_and_has_its_ports(value: dict[str, Any], kind: Kind) -> None:
    carried = imported(value, kind)
    document = Document("ours.yaml", written([carried]))
    ours = document.parse(Catalogue)
    assert ours is not None, document.mistakes
    assert ours.device_types == {carried.key: carried.type}
    ports = [i for i in value["interfaces"] if is_ethernet(i["type"]) and not i.get("mgmt_only")]
    assert carried.type.port_names == [i["name"] for i in ports]
    watts = [PSE_W.get(i.get("poe_type"), 0.0) if i.get("poe_mode") == "pse" else 0.0 for i in ports]
    assert [r.poe_w for r in carried.type.ports for _ in r.names] == watts
    said = " ".join(carried.notes)
    for left in {i["name"] for i in value["interfaces"]} - set(carried.type.port_names):
        assert repr(left)[1:-1][:20] in said


@given(st.data())
def test_a_slip_in_a_key_is_found_where_it_stands(data: st.DataObject) -> None:
    """In keys of the device type, of an interface and of a supply alike; the last letter is lost."""
    value: dict[str, Any] = {
        "manufacturer": "Example",
        "model": "M",
        "slug": "m",
        "u_height": 1,
        "is_full_depth": True,
        "interfaces": [{"name": "eth0", "type": "100base-tx", "mgmt_only": False, "poe_mode": "pd"}],
        "power-ports": [{"name": "P", "type": "other", "maximum_draw": 9, "allocated_draw": 8}],
    }
    place = data.draw(st.sampled_from([value, value["interfaces"][0], value["power-ports"][0]]))
    key = data.draw(st.sampled_from(sorted(place)))
    slip = key[:-1]
    place[slip] = place.pop(key)
    text = yaml.safe_dump(value, sort_keys=False)
    document = Document("theirs.yaml", text)
    assert document.parse(NetBoxDeviceType) is None
    at = next(n for n, row in enumerate(text.splitlines(), 1) if row.lstrip(" -").startswith(f"{slip}:"))
    found = [mistake for mistake in document.mistakes if mistake.where.startswith(f"theirs.yaml:{at}:")]
    assert found and f"did you mean {key!r}?" in found[0].text


_TYPES = (Path(__file__).parent / "interface_types.txt").read_text(encoding="utf-8")
ETHERNET, OTHERS = (part.partition("\n")[2].split() for part in _TYPES.split("# ")[1:])


@pytest.mark.parametrize("type_", [*ETHERNET, *OTHERS])
def test_types_of_netbox_are_known(type_: str) -> None:
    assert objection(type_) is None
    assert is_ethernet(type_) == (type_ in ETHERNET)
    assert not (is_wireless(type_) and is_ethernet(type_))


@given(st.sampled_from([*ETHERNET, *OTHERS]), st.data())
def test_a_slip_in_a_type_is_found(type_: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(type_)))
    slip = type_[:at] + "w" + type_[at:]
    assert objection(slip)


def test_copper_is_what_needs_no_optics() -> None:
    assert is_copper("1000base-t") and not is_copper("1000base-x-sfp") and not is_copper("1000base-tr")
