"""The picture of a camera, which text and masks are put on: its one VideoSourceConfiguration, and points in it.

Points are in ONVIF's normalised coordinates: (-1, -1) is the lower left corner, (1, 1) the upper right one.
"""

from __future__ import annotations

from iccc.lab.onvif_soap import Element, SoapFault

Point = tuple[float, float]  # x, y
SOURCE = "source_config_1"


def own_source(token: str | None) -> None:
    """Raises SoapFault NoConfig for any other VideoSourceConfiguration."""
    if token != SOURCE:
        raise SoapFault(f"there is no configuration {token}", "ter:InvalidArgVal", "ter:NoConfig")


def point(element: Element) -> Point:
    """The point of a ``tt:Vector``. Raises SoapFault when it is not in the picture."""
    return _coordinate(element.get("x")), _coordinate(element.get("y"))


def vector(at: Point, tag: str) -> str:
    return f'<tt:{tag} x="{at[0]:g}" y="{at[1]:g}"/>'


def parsed(value: object) -> Point:
    """The point that a test writes as ``"0.5,-1"`` or ``(0.5, -1)``. Raises ValueError."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or len(parts) != 2:
        raise ValueError(f"{value!r} is no point x,y")
    x, y = float(parts[0]), float(parts[1])
    if not (abs(x) <= 1 and abs(y) <= 1):
        raise ValueError(f"{value!r} is not between -1 and 1")
    return x, y


def _coordinate(value: str | None) -> float:
    try:
        number = float(value or "")
    except ValueError:
        number = float("nan")
    if not abs(number) <= 1:
        raise SoapFault(f"{value!r} is no coordinate", "ter:InvalidArgVal", "ter:ConfigModify")
    return number
