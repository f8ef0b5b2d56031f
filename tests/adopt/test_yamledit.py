"""Laws of changing a file: one value, one place, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.explain import Key
from iccc.yamledit import NotKept, edited, put
from iccc.yamlfile import Document

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "cities").rglob("*.yaml"), *(ROOT / "catalogue").glob("*.yaml")])
TEXTS = {path: path.read_text() for path in FILES}
LONG = bool(os.environ.get("ICCC_LONG"))


def scalars(document: Document) -> list[tuple[tuple[Key, ...], object]]:
    return [(path, value) for path, value in document.entries() if not isinstance(value, dict | list)]


def others(kind: object) -> st.SearchStrategy[object]:
    """Values of the same type, among them all that YAML reads otherwise than a person does."""
    traps = [
        "on",
        "014",
        "10:20:30:40:50:59",
        "1e3",
        "null",
        "~",
        "a: b",
        "a #b",
        "[x]",
        "- y",
        "'",
        '"',
        "a,b",
        "हिन्दी",
    ]
    if isinstance(kind, bool):
        return st.booleans()
    if isinstance(kind, int):
        return st.integers(-(10**6), 10**9)
    if isinstance(kind, float):
        return st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 3))
    return st.sampled_from(traps) | st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1)


@settings(max_examples=3000 if LONG else 60, deadline=None)
@given(st.data())
def test_a_new_value_of_any_scalar_of_a_shipped_file_changes_its_line_alone(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path in FILES if LONG or len(TEXTS[path]) < 6000]))
    text = TEXTS[path]
    before = Document("f", text)
    key, old = data.draw(st.sampled_from(scalars(before)))
    new = data.draw(others(old))
    changed = edited(text, put(key, new))
    after = Document("f", changed)
    assert not after.mistakes
    assert dict(scalars(after)) == {**dict(scalars(before)), key: new}
    line = before.where(*key).line - 1
    lines, now = text.split("\n"), changed.split("\n")
    assert lines[:line] + lines[line + 1 :] == now[:line] + now[line + 1 :]
    if type(new) is type(old) and new == old:
        assert changed == text


def test_setting_a_value_to_itself_changes_no_byte() -> None:
    """Dates and 80.350 as well, which would be written otherwise."""
    for path in FILES[:: 1 if LONG else 12]:
        found = scalars(Document("f", TEXTS[path]))
        for key, value in found[:: len(found) // 2]:
            assert edited(TEXTS[path], put(key, value)) == TEXTS[path], (path, key)
    dates = "a: {on: 2023-02-06, lat: 80.350}\n"
    assert edited(dates, put(("a", "on"), "2023-02-06")) == edited(dates, put(("a", "lat"), 80.35)) == dates


ODD = """\
# one space before comments, aligned values, folded lists: not as ruamel.yaml would write it
a:   1
b:      { x: 1,   y: [1,
   2] }
c:
- name: one # here
  size: 3
-   name:  two
    size:  4
d: plain

# the end
"""


def test_odd_layout_is_kept_around_a_line_that_is_laid_out_plainly() -> None:
    assert edited(ODD, put(("c", 0, "size"), 5)) == ODD.replace("size: 3", "size: 5")
    assert edited(ODD, put(("d",), "014")) == ODD.replace("d: plain", 'd: "014"')


def test_an_odd_line_is_not_guessed() -> None:
    with pytest.raises(NotKept, match="line 3") as caught:
        edited(ODD, put(("b", "x"), 2))
    assert caught.value.line == 3


@pytest.mark.parametrize("text", ["a: 1\nb: 2", "a: 1\r\nb: 2\r\n", "\ufeffa: 1\nb: 2\n"])
def test_ends_of_lines_and_of_the_file_stay(text: str) -> None:
    assert edited(text, put(("b",), 3)) == text.replace("2", "3")


BLOCK = """\
one:
  number: 1
  type: x

# about two
two:
  number: 2  # second
"""


def test_a_new_key_does_not_go_behind_the_comment_of_what_follows() -> None:
    assert edited(BLOCK, put(("one", "serial"), "S1")) == BLOCK.replace("  type: x", "  serial: S1\n  type: x")
    with_serial = edited(BLOCK, put(("two", "mac"), "10:20:30:40:50:59"))
    assert with_serial == BLOCK.replace("  number: 2  #", '  mac: "10:20:30:40:50:59"\n  number: 2  #')
