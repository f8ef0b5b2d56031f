"""ENTITY-MIB (RFC 6933) entPhysicalTable: what a device consists of, and which part belongs to which interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from iccc.mib.values import Columns, Index, Table, Value, number, text

_PHYSICAL = "1.3.6.1.2.1.47.1.1.1.1."
DESCR, CONTAINED_IN, CLASS, NAME = (_PHYSICAL + column for column in ("2", "4", "5", "7"))
SOFTWARE_REV, SERIAL_NUM, MFG_NAME, MODEL_NAME = (_PHYSICAL + column for column in ("10", "11", "12", "13"))
ALIAS = "1.3.6.1.2.1.47.1.3.2.1.2"  # entAliasMappingIdentifier; index: entPhysicalIndex, entLogicalIndex or 0

PHYSICAL = Table(CLASS, (CONTAINED_IN, NAME, DESCR, SOFTWARE_REV, SERIAL_NUM, MFG_NAME, MODEL_NAME))
ALIASES = Table(ALIAS)

_IF_INDEX = "1.3.6.1.2.1.2.2.1.1."
_DEEPEST = 12  # levels between a sensor and its chassis; an agent may name a circle


class PhysicalClass(IntEnum):
    """IANA-ENTITY-MIB IANAPhysicalClass, as far as something is told apart here."""

    CHASSIS = 3
    SENSOR = 8
    MODULE = 9
    PORT = 10
    STACK = 11


@dataclass(frozen=True)
class Entity:
    """One row; empty text is None."""

    index: int
    class_: int
    contained_in: int  # 0: in nothing
    name: str | None = None
    descr: str | None = None
    vendor: str | None = None
    model: str | None = None
    serial: str | None = None
    software: str | None = None


@dataclass(frozen=True)
class Entities:
    """All rows by entPhysicalIndex, and the ifIndex of those that the agent has mapped to an interface."""

    by_index: Mapping[int, Entity] = field(default_factory=dict)
    interfaces: Mapping[int, int] = field(default_factory=dict)

    @property
    def chassis(self) -> Entity | None:
        """The first chassis, or what stands for one where the agent lists none: the first stack or module with a
        serial number. Its software is that of the first module that tells one, where the chassis itself does not."""
        ordered = [self.by_index[index] for index in sorted(self.by_index)]
        of = {class_: [one for one in ordered if one.class_ == class_] for class_ in PhysicalClass}
        others = [one for one in (*of[PhysicalClass.STACK], *of[PhysicalClass.MODULE]) if one.serial]
        found = next(iter((*of[PhysicalClass.CHASSIS], *others)), None)
        if found is None or found.software:
            return found
        software = next((one.software for one in of[PhysicalClass.MODULE] if one.software), None)
        return Entity(**{**vars(found), "software": software})

    def within(self, index: int) -> Iterator[Entity]:
        """The entity and all that it is contained in, from the inside."""
        for _ in range(_DEEPEST):
            entity = self.by_index.get(index)
            if entity is None:
                return
            yield entity
            index = entity.contained_in

    def port_of(self, index: int) -> int | None:
        """The ifIndex of the interface that the entity, or the nearest that contains it, is mapped to."""
        if index in self.interfaces:
            return self.interfaces[index]
        return next((self.interfaces[one.index] for one in self.within(index) if one.index in self.interfaces), None)


def parse(columns: Columns) -> Entities:
    """From :data:`PHYSICAL` and :data:`ALIASES`. Rows without a class, or with an index that is not one number, are
    left out; of several interfaces of one entity the lowest counts."""
    rows = {
        index[0]: _entity(columns, index, class_)
        for index, class_ in columns.get(CLASS, {}).items()
        if len(index) == 1 and isinstance(class_, int)
    }
    interfaces: dict[int, int] = {}
    for index, said in columns.get(ALIAS, {}).items():
        if_index = _if_index(said)
        if len(index) == 2 and if_index is not None:
            interfaces[index[0]] = min(if_index, interfaces.get(index[0], if_index))
    return Entities(rows, interfaces)


def _entity(columns: Columns, index: Index, class_: int) -> Entity:
    def said(column: str) -> str | None:
        value = columns.get(column, {}).get(index)
        return (text(value) or None) if value is not None else None

    return Entity(
        index=index[0],
        class_=class_,
        contained_in=number(columns.get(CONTAINED_IN, {}).get(index)) or 0,
        name=said(NAME),
        descr=said(DESCR),
        vendor=said(MFG_NAME),
        model=said(MODEL_NAME),
        serial=said(SERIAL_NUM),
        software=said(SOFTWARE_REV),
    )


def _if_index(said: Value) -> int | None:
    """``1.3.6.1.2.1.2.2.1.1.7`` names interface 7."""
    if not isinstance(said, str) or not said.startswith(_IF_INDEX):
        return None
    rest = said.removeprefix(_IF_INDEX)
    return int(rest) if rest.isascii() and rest.isdecimal() and len(rest) <= 10 else None
