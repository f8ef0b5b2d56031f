"""Mistakes of ``boq-items.yaml`` and ``estimate.yaml`` that show only beside the catalogue, or in the whole."""

from __future__ import annotations

from iccc.city.declared import Declared, Mistakes
from iccc.city.model.boq import COUNTED, KINDS
from iccc.explain import one_of

ALWAYS = ("works",)


def check_boq(declared: Declared, mistakes: Mistakes) -> None:
    """Items twice, steps that name no earlier one."""
    document, file = declared.boq
    types = declared.catalogue.file.device_types
    numbers = {type_.boq_item: name for name, type_ in types.items() if type_.boq_item}
    for number in file.items:
        if number in numbers:
            mistakes.add(document, ("items", number), f"{number} is the item of device type {numbers[number]}")
    _check_steps(declared, mistakes)


def check_counted(declared: Declared, mistakes: Mistakes) -> None:
    """Quantities of what nobody counts. A misspelt device type of the catalogue is told where others ask for it."""
    document, file = declared.boq
    known = [*COUNTED, *KINDS, *declared.catalogue.file.device_types]
    for number, item in file.items.items():
        for counted in item.quantity:
            if counted not in known:
                mistakes.add(document, ("items", number, "quantity", counted), one_of(counted, known))


def _check_steps(declared: Declared, mistakes: Mistakes) -> None:
    document, file = declared.estimate
    known: list[str] = [*ALWAYS, *declared.boq.file.heads]
    for index, step in enumerate(file.steps):
        for at, name in enumerate(step.of):
            if name not in known:
                text = f"{one_of(name, known)}: only steps that stand above, works and heads"
                mistakes.add(document, ("steps", index, "of", at), text)
        if step.name in known:
            mistakes.add(document, ("steps", index, "name"), f"{step.name!r} is the name of something else already")
        known.append(step.name)
    for does in ("base", "spares", "gst", "operation"):
        count = sum(step.does == does for step in file.steps)
        if count > 1 or (does == "base" and not count):
            mistakes.add(document, ("steps",), f"{does} is done {count} times; it is done once")
