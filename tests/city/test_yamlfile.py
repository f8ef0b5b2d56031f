"""Documents: places of keys and values, traps, and files that are hostile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from iccc.errors import DeclarationError
from iccc.yamlfile import MAX_BYTES, MAX_DEPTH, Document, Strict, Where, read

words = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
# Line and paragraph separators of Unicode are line breaks to YAML 1.1, which folds them.
texts = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12)
scalars = st.one_of(words, st.integers(-(10**12), 10**12), st.booleans(), st.none(), texts, st.floats(-1e9, 1e9))
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=12,
)


@given(st.dictionaries(words, trees, min_size=1, max_size=5))
def test_what_is_dumped_is_read_back_without_a_mistake(value: dict[str, Any]) -> None:
    document = Document("x.yaml", yaml.safe_dump(value, allow_unicode=True))
    assert document.mistakes == []
    assert document.value == value


@given(st.dictionaries(words, trees, min_size=1, max_size=5), st.booleans())
def test_every_value_is_found_where_it_stands(value: dict[str, Any], flow: bool) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow, width=1000)
    document = Document("x.yaml", text)
    lines = text.splitlines()
    for path, leaf in _leaves(value, ()):
        where = document.where(*path)
        assert 1 <= where.line <= len(text.split("\n"))
        if isinstance(leaf, int) and not isinstance(leaf, bool):
            assert lines[where.line - 1][where.column - 1 :].startswith(str(leaf))


def _leaves(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, (*path, key))
    else:
        yield path, value


def test_a_place_that_the_file_lacks_is_that_of_what_is_around_it() -> None:
    document = Document("x.yaml", "a:\n  b: {c: 1}\n")
    assert document.where("a", "b", "c") == Where("x.yaml", 2, 10)
    assert document.where("a", "b", "z", 4) == document.where("a", "b") == Where("x.yaml", 2, 6)
    assert document.where("nothing") == Where("x.yaml", 1, 1)
    assert str(document.where("a", "b")) == "x.yaml:2:6"


@pytest.mark.parametrize("text", ["on", "off", "yes", "No", "014", "08", "00", "-017", "1:30", "10:20:30", "01:30.5"])
def test_what_yaml_reads_otherwise_than_people_is_a_mistake(text: str) -> None:
    (mistake,) = Document("x.yaml", f"{{a: {text}}}").mistakes
    assert "is read as" in mistake.text and "quote it" in mistake.text


SAME = {
    "true": True,
    "0": 0,
    "1_000": 1000,
    "0x1F": 31,
    "-5": -5,
    "1.50": 1.5,
    "'on'": "on",
    "'014'": "014",
    "'10:20:30'": "10:20:30",
    "2025-07-29": "2025-07-29",
    "~": None,
    "02:00:0a:52:01:0b": "02:00:0a:52:01:0b",
    "02:00:00:00:00:09": "02:00:00:00:00:09",
    "12:34:56:78:90:12": "12:34:56:78:90:12",
    "0:30": "0:30",
}


@pytest.mark.parametrize(("text", "value"), SAME.items())
def test_what_means_the_same_to_both_is_taken(text: str, value: object) -> None:
    document = Document("x.yaml", f"a: {text}")
    assert document.mistakes == []
    assert document.value == {"a": value}


def read_as_text(text: str) -> bool:
    return isinstance(yaml.safe_load(text), str)


@given(st.lists(st.from_regex(r"[0-9a-f]{2}", fullmatch=True), min_size=6, max_size=6).map(":".join))
def test_hardware_addresses_are_a_mistake_just_where_yaml_reads_a_number(mac: str) -> None:
    document = Document("x.yaml", f"a: {mac}")
    assert document.value == {"a": mac}
    assert (document.mistakes == []) == read_as_text(mac)


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistakes() -> None:
    document = Document("x.yaml", "\ufeffa: 1\r\nb: [2,\r\n  3]\r\n")
    assert document.mistakes == []
    assert document.value == {"a": 1, "b": [2, 3]}
    assert document.where("b", 1) == Where("x.yaml", 3, 3)


class Leaf(Strict):
    size: int


class Tree(Strict):
    leaves: tuple[Leaf, ...] = ()
    by_number: dict[int, Leaf] = {}


def test_all_mistakes_of_a_file_are_said_at_once() -> None:
    document = Document("x.yaml", "leaves:\n  - {size: a}\n  - {siz: 1}\nby_number:\n  7: {size: 1.5}\nmore: 1\n")
    assert document.parse(Tree) is None
    assert sorted(map(str, document.mistakes)) == [
        "x.yaml:2:12: size 'a' is not a whole number",
        "x.yaml:3:6: 'siz' is no key here; did you mean 'size'? There are size",
        "x.yaml:5:13: size 1.5 is not a whole number",
        "x.yaml:6:1: 'more' is no key here; there are by_number, leaves",
    ]


def test_what_fits_is_given() -> None:
    document = Document("x.yaml", "leaves: [{size: 1}]\nby_number: {7: {size: 2}}")
    assert document.parse(Tree) == Tree(leaves=(Leaf(size=1),), by_number={7: Leaf(size=2)})
    assert document.mistakes == []


@given(st.text(max_size=200))
@example("?")  # a key that is nothing: a mistake, and what else the file says is judged all the same
def test_no_text_makes_it_fail_otherwise_than_by_a_mistake(text: str) -> None:
    document = Document("x.yaml", text)
    value = document.parse(Tree)
    assert value is not None or document.mistakes


HOSTILE = {
    "deep lists": "[" * 100_000,
    "deep mappings": "{a: " * 100_000,
    "deep blocks": "".join(f"{' ' * depth}- \n" for depth in range(1500)),
    "dashes": "- " * 100_000,
    "laughs": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(20)),
    "itself": "&a [*a, *a]",
    "digits": f"a: {'9' * 100_000}",
    "hexadecimal digits": f"a: 0x{'f' * 4_000}",
    "many mistakes": "".join(f"kee{n}: 1\n" for n in range(30_000)),
    "long key": f"{'k' * 100_000}: 1",
    "quotes": '"' * 100_001,
    "anchors": "".join(f"a{n}: &a{n} 1\n" for n in range(5_000)),
}


@pytest.mark.timeout(30)  # without its bounds it would be minutes, gigabytes or a crash
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_mistakes_soon(name: str) -> None:
    document = Document("x.yaml", HOSTILE[name])
    assert document.parse(Tree) is None
    assert document.mistakes
    assert all(len(mistake.text) < 1000 for mistake in document.mistakes[:1])


def test_nesting_is_allowed_up_to_the_limit() -> None:
    assert Document("x.yaml", "[" * MAX_DEPTH + "]" * MAX_DEPTH).mistakes == []
    (mistake,) = Document("x.yaml", "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).mistakes
    assert (mistake.where, mistake.text) == (f"x.yaml:1:{MAX_DEPTH + 1}", f"nested deeper than {MAX_DEPTH}")


def _told(path: Path, root: Path) -> str:
    with pytest.raises(DeclarationError) as raised:
        read(path, root)
    return str(raised.value)


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50 * MAX_BYTES)  # sparse
    assert _told(path, tmp_path) == f"huge.yaml:1:1: the file has more than {MAX_BYTES} bytes"


def test_the_largest_file_that_is_read_takes_no_minute(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    line = b"# " + b"x" * 97 + b"\n"
    path.write_bytes(line * (MAX_BYTES // len(line) - 1) + b"leaves: []\n")
    assert read(path, tmp_path).value == {"leaves": []}


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert _told(tmp_path / "folder.yaml", tmp_path) == "folder.yaml:1:1: the file cannot be read: Is a directory"
    assert _told(tmp_path / "none.yaml", tmp_path) == "none.yaml:1:1: the file is missing"


def test_bytes_that_are_no_utf8_are_named_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\nb: caf\xe9\n")
    assert _told(tmp_path / "latin.yaml", tmp_path) == "latin.yaml:2:1: the file is not UTF-8"
