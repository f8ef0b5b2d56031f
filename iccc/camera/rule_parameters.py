"""What a new rule is told: the whole picture, and what its type cannot do without."""

from __future__ import annotations

import base64
from xml.sax.saxutils import quoteattr

from iccc.compare import Unread
from iccc.onvif.call import Procedure, Service, element, part, read
from iccc.onvif.errors import BadAnswer
from iccc.onvif.xml import Element, children, descendants, need_float, need_text, text

REGION, CELLS, TAMPERING, TAMPER = "MotionRegionDetector", "CellMotionDetector", "TamperingDetection", "TamperDetector"

_AXT = "http://www.onvif.org/ver20/analytics"
_WHOLE = "<tt:Polygon>" + "".join(f'<tt:Point x="{x}" y="{y}"/>' for x, y in ((-1, -1), (-1, 1), (1, 1), (1, -1)))
_WHOLE += "</tt:Polygon>"
_MODE = "GlobalSceneChange"  # turned away, covered, out of focus


def parameters(name: str, token: str, engine: Element | None, sensitivity: float | None) -> Procedure[str]:
    """The parameters of a new rule of the type ``name``, as XML. ``token``: of the analytics configuration.

    ``engine`` is the camera's CellMotionEngine, ``sensitivity`` in percent. Raises BadAnswer.
    """
    if name == REGION:
        told = "" if sensitivity is None else f' Sensitivity="{sensitivity / 100:g}"'
        region = f'<axt:MotionRegionConfig xmlns:axt="{_AXT}" Armed="true"{told}>{_WHOLE}'
        return f'<tt:ElementItem Name="MotionRegion">{region}</axt:MotionRegionConfig></tt:ElementItem>'
    if name == TAMPER:
        field = f"<tt:PolygonConfiguration>{_WHOLE}</tt:PolygonConfiguration>"
        return f'<tt:ElementItem Name="Field">{field}</tt:ElementItem>'
    if name == CELLS:
        items = {"MinCount": "4", "AlarmOnDelay": "1000", "AlarmOffDelay": "1000", "ActiveCells": all_cells(engine)}
    else:
        items = yield from _tampering(token)
    return "".join(f'<tt:SimpleItem Name="{item}" Value={quoteattr(value)}/>' for item, value in items.items())


def _tampering(token: str) -> Procedure[dict[str, str]]:
    """Mode, threshold and duration within what is offered: the middle of the one, the shortest of the other."""
    options = yield from part(_read_options(token))
    items = {"Mode": _MODE}
    for option in () if isinstance(options, Unread) else children(options, "RuleOptions"):
        name = option.get("Name")
        low, high = (next(descendants(option, end), None) for end in ("Min", "Max"))
        if name == "Mode":
            modes = [text(item) or "" for item in descendants(option, "Item")]
            items["Mode"] = _MODE if _MODE in modes or not modes else modes[0]
        elif name == "Threshold" and low is not None and high is not None:
            items["Threshold"] = f"{(need_float(low) + need_float(high)) / 2:g}"
        elif name == "Duration" and low is not None:
            items["Duration"] = need_text(low)
    return items


def all_cells(engine: Element | None) -> str:
    """All cells of the engine's layout: a bit each, packed as TIFF does (PackBits), in base 64."""
    layout = next(descendants(engine, "CellLayout"), None) if engine is not None else None
    if layout is None:
        raise BadAnswer("the camera tells no layout of its cells")
    try:
        cells = int(layout.get("Columns", "")) * int(layout.get("Rows", ""))
    except ValueError:
        raise BadAnswer("Columns and Rows of CellLayout are no numbers") from None
    if not 0 < cells <= 1 << 16:
        raise BadAnswer(f"CellLayout has {cells} cells")
    full, rest = divmod(cells, 8)
    packed = b""
    while full:
        run = min(full, 128)
        packed += bytes([257 - run if run > 1 else 0, 0xFF])
        full -= run
    if rest:
        packed += bytes([0, 0xFF00 >> rest & 0xFF])
    return base64.b64encode(packed).decode()


def _read_options(token: str) -> Procedure[Element]:
    asked = f"<tan:RuleType>tt:{TAMPERING}</tan:RuleType>" + element("tan:ConfigurationToken", token)
    return (yield read(Service.ANALYTICS, "GetRuleOptions", asked))
