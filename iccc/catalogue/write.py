"""Entries of the catalogue as YAML that the loader reads again, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterable

import yaml

from iccc.catalogue.carry import Carried

HEAD = """\
# Made of NetBox device types by `iccc catalogue import`. Certificates, country, HSN and item are not known to NetBox.
schema: catalogue/v1
device_types:
"""


class _Dumper(yaml.SafeDumper):
    """Ports stand on one line each; text that is more than a word is quoted, so that nothing is read otherwise."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        return super().increase_indent(flow, False)  # lists stand further in than their key


class _Line(dict[str, object]):
    """A mapping that stands on one line."""


def _line(dumper: yaml.SafeDumper, value: _Line) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = None if re.fullmatch("[a-zA-Z_]+", text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _number(dumper: yaml.SafeDumper, number: float) -> yaml.Node:
    return dumper.represent_int(int(number)) if number.is_integer() else dumper.represent_float(number)


_Dumper.add_representer(_Line, _line)
_Dumper.add_representer(float, _number)
_Dumper.add_representer(str, _text)


def written(entries: Iterable[Carried]) -> str:
    """The whole file; above each entry, as a comment, what did not come along."""
    parts = [HEAD]
    for entry in entries:
        value = entry.type.model_dump(mode="json", exclude_defaults=True)
        if "ports" in value:
            value["ports"] = [_Line({"name": ports["name"], **ports}) for ports in value["ports"]]
        text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
        parts += [f"  # {note}\n" for note in entry.notes]
        parts += [f"  {entry.key}:\n", *(f"    {line}\n" for line in text.splitlines())]
    return "".join(parts)
