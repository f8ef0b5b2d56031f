"""Mistakes made on purpose in the shipped files, each at a known line.

A file is read a second time with PyYAML's nodes and walked beside its JSON Schema, so that a mutation knows what is
allowed at its place. One that could remain valid is not made: a wrong key is none of the mapping's, a wrong reference
is a word that stands nowhere in the city, a shifted line changes which keys there are.
"""

from __future__ import annotations

import json
import random
import re
import string
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

Schema = dict[str, Any]
Words = frozenset[str]
Asked = Counter[tuple[str, str]]  # field and name

SORTS = ("key", "definition", "value", "reference", "type", "indentation")
# What declares names, and the fields that ask for them.
DECLARED = {
    "streams": ("main", "sub"),
    "retention": ("retention",),
    "imaging": ("imaging",),
    "groups": ("group",),
    "phases": ("phase",),
    "device_types": ("device_type", "transceiver"),
    "roles": ("role",),
    "bodies": ("operated_by",),
    "control_rooms": ("answered_at",),
    "figures": ("parts",),
}
# Fields whose value is the name or the number of something that is declared elsewhere.
NAMES = frozenset(field for fields in DECLARED.values() for field in fields) | frozenset(
    ("recorder", "at", "a", "b", "head", "within", "owner", "port", "sites", "site_type", "cameras", "cabinet", "pole")
)
SLUG = "[a-z][a-z0-9-]{0,31}"
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")


@dataclass(frozen=True)
class Mutation:
    """``text`` is the whole file as it is now; the mistake stands at ``line`` (from 1)."""

    file: str
    line: int
    sort: str
    what: str
    text: str


@dataclass(frozen=True)
class Place:
    """A value in a file: its keys, its nodes, what its schema allows, and the keys that its mapping may have."""

    path: tuple[str | int, ...]
    key: yaml.ScalarNode | None
    node: yaml.Node
    allowed: tuple[Schema, ...]
    siblings: frozenset[str] | None  # None: any key, it is a name

    @property
    def field(self) -> str:
        """The innermost key of a schema."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @property
    def scalar(self) -> yaml.ScalarNode | None:
        return self.node if isinstance(self.node, yaml.ScalarNode) else None

    def types(self) -> set[str]:
        return {str(one.get("type", "string")) for one in self.allowed}


class File:
    """A shipped file that can be mutated."""

    def __init__(self, name: str, text: str, schema: Schema) -> None:
        self.name = name
        self.text = text
        self.lines = text.split("\n")
        self.value = yaml.safe_load(text)
        self._defs = schema.get("$defs", {})
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        self.places = list(self._walk((), None, node, schema, None))

    def words(self) -> set[str]:
        """Every word that stands in it, of a switch and its port the switch too."""
        return {
            word
            for place in self.places
            for node in (place.key, place.scalar)
            if node is not None
            for word in (node.value, node.value.partition(" ")[0])
        }

    def asked(self) -> Asked:
        """How often a field asks for a name."""
        return Counter((place.field, place.scalar.value) for place in self.places if place.scalar)

    def mutate(self, sort: str, rng: random.Random, words: Words, asked: Asked) -> Mutation | None:
        """A mutation of a sort at a random place; None where the place drawn does not offer one.

        ``words`` are those of all files of the city, ``asked`` counts its references.
        """
        if sort == "indentation":
            return self._shift(rng)
        place = rng.choice(self.places)
        if sort == "key":
            return self._wrong_key(place, rng)
        if sort == "definition":
            return self._wrong_definition(place, rng, words, asked)
        make: dict[str, Callable[[Place, random.Random], str | None]] = {
            "value": wrong_value,
            "reference": lambda at, r: wrong_reference(at, r, words),
            "type": wrong_type,
        }
        new = make[sort](place, rng)
        return None if new is None else self._replaced(sort, place, new)

    def _walk(
        self,
        path: tuple[str | int, ...],
        key: yaml.ScalarNode | None,
        node: yaml.Node,
        schema: Schema,
        siblings: frozenset[str] | None,
    ) -> Iterator[Place]:
        allowed = tuple(self._alternatives(schema))
        if key is not None or path:
            yield Place(path, key, node, allowed, siblings)
        inner = allowed[0]
        if isinstance(node, yaml.MappingNode):
            properties = inner.get("properties")
            keys = None if properties is None else frozenset(properties)
            for key_node, value in node.value:
                name = key_node.value
                below = inner["additionalProperties"] if properties is None else properties[name]
                yield from self._walk((*path, name), key_node, value, below, keys)
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                yield from self._walk((*path, index), None, item, inner["items"], None)

    def _alternatives(self, schema: Schema) -> Iterator[Schema]:
        if "$ref" in schema:
            yield from self._alternatives(self._defs[schema["$ref"].rpartition("/")[2]])
        elif "anyOf" in schema:
            for one in schema["anyOf"]:
                if one.get("type") != "null":
                    yield from self._alternatives(one)
        else:
            yield schema

    def _wrong_key(self, place: Place, rng: random.Random) -> Mutation | None:
        if place.key is None or place.siblings is None:
            return None
        name = typo(place.key.value, rng)
        if name in place.siblings:
            return None
        start, end = place.key.start_mark.index, place.key.end_mark.index
        text = self.text[:start] + name + self.text[end:]
        return Mutation(self.name, place.key.start_mark.line + 1, "key", f"{place.key.value} -> {name}", text)

    def _wrong_definition(self, place: Place, rng: random.Random, words: Words, asked: Asked) -> Mutation | None:
        """A name misspelt where it is defined, and asked for at several places; with one it could be either."""
        if place.key is None or place.siblings is not None:
            return None
        name = typo(place.key.value, rng)
        asking = sum(asked[field, place.key.value] for field in DECLARED.get(str(place.path[0]), ()))
        if asking < 2 or name in words or not re.fullmatch(SLUG, name):
            return None
        start, end = place.key.start_mark.index, place.key.end_mark.index
        text = self.text[:start] + name + self.text[end:]
        return Mutation(self.name, place.key.start_mark.line + 1, "definition", f"{place.key.value} -> {name}", text)

    def _replaced(self, sort: str, place: Place, new: str) -> Mutation:
        node, line = place.node, place.node.start_mark.line
        start, end = node.start_mark.index, self._end(node)
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and place.key is not None:
            start, line = place.key.end_mark.index + 1, place.key.start_mark.line  # a block begins on the next line
            new = f" {new}"
        text = self.text[:start] + new + self.text[end:]
        what = f"{'.'.join(map(str, place.path))}: {self.text[start:end][:40]!r} -> {new[:60]!r}"
        return Mutation(self.name, line + 1, sort, what, text)

    def _end(self, node: yaml.Node) -> int:
        """Where a node's text ends; a block's end mark is at the next token."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        return int(node.end_mark.index)

    def _shift(self, rng: random.Random) -> Mutation | None:
        number = rng.randrange(len(self.lines))
        line = self.lines[number]
        body = line.lstrip(" ")
        if not body or body.startswith("#"):
            return None
        indent = len(line) - len(body)
        new = indent + rng.choice([-3, -2, -1, 1, 1, 2, 2, 3])
        if new < 0:
            return None
        text = "\n".join([*self.lines[:number], " " * new + body, *self.lines[number + 1 :]])
        if self._same_keys(text):
            return None
        return Mutation(self.name, number + 1, "indentation", f"{body[:40]!r} from column {indent} to {new}", text)

    def _same_keys(self, text: str) -> bool:
        try:
            return keys_of(yaml.safe_load(text)) == keys_of(self.value)
        except yaml.YAMLError:
            return False


def keys_of(value: Any, path: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
    """The paths of all keys of all mappings."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    paths = {(*path, key) for key, _ in inner} if isinstance(value, dict) else set()
    for key, below in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        paths |= keys_of(below, (*path, key))
    return paths


def typo(word: str, rng: random.Random) -> str:
    """One letter dropped, swapped with its neighbour, doubled, added or replaced."""
    while True:
        at = rng.randrange(len(word))
        letter = rng.choice(string.ascii_lowercase)
        new = rng.choice(
            [
                word[:at] + word[at + 1 :],
                word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
                word[:at] + word[at] + word[at:],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
            ]
        )
        if new and new != word:
            return new


def wrong_value(place: Place, rng: random.Random) -> str | None:
    """Of the right type, and not allowed: out of range, no word of the list, malformed."""
    node = place.scalar
    if node is None or node.tag.endswith(":null"):
        return None
    schema = next((one for one in place.allowed if one.get("type") != "string" or len(place.allowed) == 1), {})
    if schema.get("type") in ("integer", "number"):
        bounds = [schema["minimum"] - 1] if "minimum" in schema else []
        bounds += [schema["maximum"] + 1] if "maximum" in schema else []
        return json.dumps(rng.choice(bounds)) if bounds else None
    words = [word for one in place.allowed for word in one.get("enum", [one["const"]] if "const" in one else [])]
    formats = {str(one.get("format")) for one in place.allowed}
    if "date" in formats:
        return rng.choice(["2025-13-01", "2025-02-30", "soon", "2025", "29-07-2025"])
    if words and (new := typo(node.value, rng)) not in words:
        return quoted(new)
    if "ipv4" in formats:
        return quoted(rng.choice([node.value + ".1", node.value.replace(".", ",", 1), "10.80.0.256", "10.80.0"]))
    if "pattern" in schema:
        return _malformed(node.value, schema, rng)
    return None


def _malformed(value: str, schema: Schema, rng: random.Random) -> str | None:
    candidates = [value[0].upper() + value[1:], value + "!", "-" + value, value + "/99", value[:-1] + "é", value * 20]
    if schema.get("maxLength") == 400:  # a note or a source
        candidates = [value + " 98765 43210", value + " a.b@example.org", "x" * 401, "", value + "\u0007"]
    new = rng.choice(candidates)
    fits = re.search(schema["pattern"], new) and len(new) <= schema.get("maxLength", 1000)
    personal = schema.get("maxLength") == 400 and new in candidates[:2]
    return None if fits and not personal else json.dumps(new, ensure_ascii=True)


def wrong_reference(place: Place, rng: random.Random, words: Words) -> str | None:
    """A name that nothing has, or the number of nothing."""
    node = place.scalar
    if node is None or place.field not in NAMES or node.tag.endswith(":null") or place.path == ("head",):
        return None
    types = place.types()
    if "integer" in types:
        if "counts" in place.path or place.field == "port":
            return None  # a number of things
        schema = next(one for one in place.allowed if one.get("type") == "integer")
        number = schema.get("maximum", 199) - rng.randrange(3)
        return None if str(number) in words else str(number)
    if "string" not in types or any({"enum", "const", "maxLength"} & one.keys() for one in place.allowed):
        return None
    switch, space, port = node.value.partition(" ")
    new = typo(switch, rng) + space + port
    fits = all(re.search(one.get("pattern", ""), new) for one in place.allowed)
    return quoted(new) if fits and new.partition(" ")[0] not in words and not new.isdecimal() else None


def wrong_type(place: Place, rng: random.Random) -> str | None:
    """Text for a number, a list for a mapping, a quoted number, …"""
    types = place.types()
    if types & {"integer", "number"}:
        candidates = ["several", "[5]", "{a: 5}", "true"] + ["2.5"] * ("number" not in types)
        if place.scalar is not None and re.fullmatch(r"[0-9.]+", place.scalar.value):
            candidates.append(f'"{place.scalar.value}"')
        return rng.choice(candidates)
    if types == {"boolean"}:
        return rng.choice(["perhaps", "1", '"true"', "[true]", "{a: true}", "on"])
    if types == {"array"}:
        return rng.choice(["several", "7", "{a: 1}"])
    if types == {"object"}:
        return rng.choice(["several", "7", "[a, b]"])
    return rng.choice(["7", "2.5", "true", "[a]", "{a: b}"])


def quoted(text: str) -> str:
    """A scalar that reads as this text, wherever it stands."""
    return text if PLAIN.fullmatch(text) and text not in ("yes", "no", "on", "off", "null") else json.dumps(text)
