"""JSON Schemas: the shipped ones are the generated ones, a foreign validator takes the shipped cities, and refuses
what the loader refuses."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from iccc.city.schema import KINDS, file_name, json_schema, written
from iccc.cli.main import cli
from iccc.yamlfile import Document

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "cities").glob("*/**/*.yaml")) + [
    path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "catalogue").glob("*.yaml"))
]
VALIDATORS = {
    kind: Draft202012Validator(json_schema(kind), format_checker=Draft202012Validator.FORMAT_CHECKER) for kind in KINDS
}


def kind_of(file: str) -> str:
    """By the file's own word."""
    return str(yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))["schema"]).partition("/")[0]


def as_json(value: Any) -> Any:
    """What a YAML reader gives, as an editor sees it: dates and keys are text."""
    if isinstance(value, dict):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def problems(kind: str, text: str) -> list[str]:
    return [
        f"{error.json_path}: {error.message}" for error in VALIDATORS[kind].iter_errors(as_json(yaml.safe_load(text)))
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_schemas_are_up_to_date(kind: str) -> None:
    shipped = ROOT / "docs" / "schema" / file_name(kind)
    assert shipped.read_text(encoding="utf-8") == written(json_schema(kind)), "run `make docs`"


def test_no_other_schemas_are_shipped() -> None:
    assert {path.name for path in (ROOT / "docs" / "schema").iterdir()} == {file_name(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_schemas(kind: str) -> None:
    Draft202012Validator.check_schema(json_schema(kind))


@pytest.mark.parametrize("file", SHIPPED)
def test_shipped_files_are_valid(file: str) -> None:
    assert problems(kind_of(file), (ROOT / file).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", SHIPPED)
def test_shipped_files_name_their_schema(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    top = text[: text.index("schema:")].splitlines()
    named = [found[1] for line in top if (found := re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", line))]
    schema = ROOT / "docs" / "schema" / file_name(kind_of(file))
    assert named == [os.path.relpath(schema, (ROOT / file).parent)]


WRONG = {
    "unknown key": ("city", "syslog: []", "sislog: []"),
    "missing key": ("buses", "fleets: {}", ""),
    "a word of none": ("site", "type: park", "type: parc"),
    "a number out of range": ("site", "number: 4", "number: 0"),
    "quoted number": ("site", "number: 4", "number: '4'"),
    "neither a number nor unknown": ("third-party", "cameras: unknown", "cameras: many"),
    "neither a date nor unknown": ("third-party", "as_of: unknown", "as_of: soon"),
    "a list where a mapping is wanted": ("hot-spots", "hot_spots: {}", "hot_spots: []"),
    "a key that is no slug": ("published", "figures: {all:", "figures: {All:"),
    "a key that is no category": ("city", "site_types: {}", "site_types: {juncton: {}}"),
    "a key that is no number": ("site", "macs: {}", "macs: {x: '02:00:0a:52:01:0b'}"),
    "a key with nothing behind it": ("site", "type: park", "type: park\nnote:"),
    "another version": ("waivers", "schema: waivers/v1", "schema: waivers/v2"),
    "an address that is none": ("recorders", "mac: '02:00:0a:50:00:0b'", "mac: '02:00:0a:50:00'"),
}
RIGHT = {
    "city": "schema: city/v1\nsyslog: []\nsite_types: {}\n",
    "buses": "schema: buses/v1\nfleets: {}\n",
    "site": "schema: site/v1\nnumber: 4\nname: x\ntype: park\ncameras: [{group: fixed, slot: 1, macs: {}}]\n",
    "third-party": "schema: third-party/v1\nhead: shops\ntitle: Shops\ncategories: []\n"
    "counts: [{phase: a, status: live, cameras: unknown, as_of: unknown, source: x}]\n",
    "hot-spots": "schema: hot-spots/v1\nhot_spots: {}\n",
    "published": "schema: published/v1\nfigures: {all: {text: x, value: 1, as_of: unknown, source: x}}\n",
    "waivers": "schema: waivers/v1\nwaivers: []\n",
    "recorders": "schema: recorders/v1\nrecorders:\n  - {number: 1, at: sw Gi1/1, type: appliance, device_type: x, "
    "mac: '02:00:0a:50:00:0b', status: live, phase: a}\n",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_the_loader_refuses_the_schema_refuses(name: str) -> None:
    kind, old, new = WRONG[name]
    right, wrong = RIGHT[kind], RIGHT[kind].replace(old, new)
    assert right != wrong
    assert Document("x.yaml", wrong).parse(KINDS[kind]) is None
    assert set(problems(kind, wrong)) - set(problems(kind, right))


def test_one_kind_is_printed() -> None:
    result = CliRunner().invoke(cli, ["schema", "site"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == json_schema("site")


def test_all_kinds_are_printed() -> None:
    result = CliRunner().invoke(cli, ["schema"])
    assert json.loads(result.stdout) == {file_name(kind): json_schema(kind) for kind in KINDS}


def test_files_are_written(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["schema", "-o", str(tmp_path)])
    assert result.exit_code == 0
    assert {path.name: json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()} == {
        file_name(kind): json_schema(kind) for kind in KINDS
    }
