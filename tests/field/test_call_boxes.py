"""What is checked on emergency call boxes beside whether they answer. Run by ``iccc verify``, which calls nobody."""

from __future__ import annotations

from collections.abc import Callable

from iccc.city.devices import Equipment


def test_answered(box: Equipment, room: str, ask, record_property: Callable[[str, object], None]) -> None:
    """The last call that ``iccc callbox CITY test`` made. One that was never made is unknown."""
    last = ask(box, f"answered {room}")
    record_property("measured", last["text"])
    assert last["passed"], f"the last test call was not answered. {last['text']}"
    every = box.calling.tested_every_days
    assert every is None or last["days"] <= every, f"the last test call is due every {every} days. {last['text']}"


def test_turns(box: Equipment, turned: str, ask) -> None:
    presets = ask(box, f"presets {turned}")
    assert box.calling.preset in presets, (
        f"{turned} has no preset {box.calling.preset!r}, but {', '.join(presets) or 'none'}"
    )
