"""Looking into a reply: by local name, never by namespace, and never taking "missing" for "none"."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from lxml import etree

from iccc.onvif.errors import BadAnswer

Element: TypeAlias = etree._Element

_SCHEMA = "http://www.onvif.org/ver10/schema"
_ONVIF = "{http://www.onvif.org/"
_OF_RULES = {"MotionRegionConfig": "http://www.onvif.org/ver20/analytics"}  # a parameter of rules, at home elsewhere
TEXT_LIMIT = 2048  # characters of one value; longer ones are no setting of a device
# From the beginning of a word: from each of its letters, a long text would take hours.
_PREFIX = re.compile(r"(?<![\w.-])([A-Za-z_][\w.-]*):")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # could reorder a person's terminal


def clean(text: str) -> str:
    """``text`` without control characters and direction overrides, and without space around it."""
    if text.isprintable():
        return text.strip()
    return "".join(c for c in text if unicodedata.category(c) != "Cc" and c not in _BIDI).strip()


def local(element: Element) -> str:
    """The local name of ``element``; "" for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, name: str) -> list[Element]:
    """All direct children of that local name, in document order."""
    return list(element.iterchildren(f"{{*}}{name}"))


def find(element: Element, *path: str) -> Element | None:
    """The first element at ``path`` (local names, each a direct child), or None."""
    for name in path:
        found = next(element.iterchildren(f"{{*}}{name}"), None)
        if found is None:
            return None
        element = found
    return element


def need(element: Element, *path: str) -> Element:
    """Like :func:`find`; raises :class:`BadAnswer` when there is none."""
    found = find(element, *path)
    if found is None:
        raise BadAnswer(f"{local(element)} has no {'/'.join(path)}")
    return found


def text(element: Element, *path: str) -> str | None:
    """The cleaned text at ``path``; None when the element is missing, "" when it is empty."""
    found = find(element, *path)
    if found is None:
        return None
    value = found.text or ""
    if len(value) > TEXT_LIMIT:
        raise BadAnswer(f"{'/'.join(path) or local(element)} is {len(value)} characters long")
    return clean(value)


def need_text(element: Element, *path: str) -> str:
    """Like :func:`text`; raises :class:`BadAnswer` when the element is missing or empty."""
    value = text(element, *path)
    if not value:
        raise BadAnswer(f"{local(element)} has no {'/'.join(path)}")
    return value


def need_float(element: Element, *path: str) -> float:
    """A finite number at ``path``."""
    value = need_text(element, *path)
    try:
        number = float(value)
        if number - number == 0:  # neither infinite nor NaN
            return number
    except ValueError:
        pass
    raise BadAnswer(f"{'/'.join(path)} is {value[:40]!r}, not a number")


def need_int(element: Element, *path: str) -> int:
    """A whole number at ``path``; ``25.0`` counts as one."""
    value = need_text(element, *path)
    if (digits := whole(value)) is not None:
        return digits
    number = need_float(element, *path)
    if number != int(number):
        raise BadAnswer(f"{'/'.join(path)} is {number}, not a whole number")
    return int(number)


def whole(value: str) -> int | None:
    """A whole number in digits alone, of at most 15; None for everything else."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


def need_bool(element: Element, *path: str) -> bool:
    """An xs:boolean at ``path``."""
    value = need_text(element, *path).lower()
    if value not in ("true", "false", "1", "0"):
        raise BadAnswer(f"{'/'.join(path)} is {value[:40]!r}, not true or false")
    return value in ("true", "1")


def placed(parent: Element, name: str, order: Sequence[str]) -> Element:
    """The child of that local name; made where the schema wants it, if there is none. ``order``: the schema's."""
    found = find(parent, name)
    if found is None:
        found = etree.Element(f"{{{_SCHEMA}}}{name}", nsmap={"tt": _SCHEMA})
        before = [child for child in parent if local(child) in order[: order.index(name)]]
        parent.insert(parent.index(before[-1]) + 1 if before else 0, found)
    return found


def copied(found: Element) -> Element:
    """A copy by itself that keeps the prefixes declared around the original: a value may name them (a QName)."""
    copy_ = etree.Element(found.tag, nsmap=_prefixes(found))
    copy_.text = found.text
    for key, value in found.attrib.items():
        copy_.set(key, value)
    copy_.extend(copy.deepcopy(child) for child in found)
    return copy_


def renamed(found: Element, namespace: str, prefix: str, name: str, inside: str = _SCHEMA) -> str:
    """A copy of the device's own element under another name, as XML: what a device gave is sent back whole.

    Its children go out in the namespace ``inside`` and what is in these in that of ONVIF's types, whatever the device
    had put there: one that answers in a wrong one reads requests by the right one. Vendors' own extensions keep theirs.
    """
    named = _prefixes_in_values(found)
    sent = etree.Element(f"{{{namespace}}}{name}", nsmap={**named, prefix: str(namespace), "tt": _SCHEMA})
    for key, value in found.attrib.items():
        sent.set(key, value)
    sent.extend(copy.deepcopy(child) for child in found)
    for child in sent.iterdescendants():
        if etree.QName(child).namespace is None or str(child.tag).startswith(_ONVIF):
            space = inside if child.getparent() is sent else _SCHEMA
            child.tag = f"{{{_OF_RULES.get(local(child), space)}}}{local(child)}"
    etree.cleanup_namespaces(sent, keep_ns_prefixes=list(named))
    return etree.tostring(sent, encoding="unicode")


def _prefixes_in_values(found: Element) -> dict[str, str]:
    """The namespaces of prefixes that texts and attributes name: no parser knows that they are in use."""
    named: dict[str, str] = {}
    for one in found.iter(etree.Element):
        words = {word for value in (one.text, *one.attrib.values()) for word in _PREFIX.findall(value or "")}
        if words:
            named |= {prefix: space for prefix, space in _prefixes(one).items() if prefix in words}
    return named


def _prefixes(found: Element) -> dict[str, str]:
    """The prefixes that are declared at ``found`` or around it."""
    return {prefix: space for prefix, space in found.nsmap.items() if prefix is not None}


def descendants(element: Element, name: str) -> Iterator[Element]:
    """Every element of that local name below ``element``, in document order."""
    return element.iter(f"{{*}}{name}")
