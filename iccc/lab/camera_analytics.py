"""The analytics service (tan): what a camera looks out for by itself. Rules, and the engine behind motion in cells.

Rules of two makes of motion and two of tampering: MotionRegionDetector and TamperingDetection as the standard has them,
CellMotionDetector with its CellMotionEngine and TamperDetector as most cameras in the field do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import NoReturn

from iccc.lab.onvif_inject import number, truth
from iccc.lab.onvif_services import ANALYTICS_CAPABILITIES
from iccc.lab.onvif_soap import TAN, Access, Call, Element, Operation, SoapFault, each, quoteattr, text

AXT = "http://www.onvif.org/ver20/analytics"
_NS = f'xmlns:tan="{TAN}"'
WHOLE = ((-1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (1.0, -1.0))  # the corners of the picture
CELLS, REGION = "CellMotionDetector", "MotionRegionDetector"
TAMPERING, TAMPER = "TamperingDetection", "TamperDetector"
_PARAMETERS: Mapping[str, tuple[tuple[str, str], ...]] = {  # name and type, of an ElementItem where it begins with "*"
    CELLS: (("MinCount", "xs:integer"), ("AlarmOnDelay", "xs:integer"), ("AlarmOffDelay", "xs:integer"),
            ("ActiveCells", "xs:base64Binary")),
    REGION: (("*MotionRegion", "axt:MotionRegionConfig"),),
    TAMPERING: (("Mode", "xs:string"), ("Threshold", "xs:float"), ("Duration", "xs:duration")),
    TAMPER: (("*Field", "tt:PolygonConfiguration"),),
}  # fmt: skip
MODES = ("GlobalSceneChange", "ImageTooDark", "ImageTooBright")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``items`` are its simple parameters; armed and sensitivity are of a MotionRegionDetector."""

    name: str
    type: str  # local name
    items: tuple[tuple[str, str], ...] = ()
    armed: bool = True
    sensitivity: float = 0.5
    polygon: tuple[tuple[float, float], ...] = WHOLE


@dataclass(frozen=True, slots=True)
class RuleType:
    """How many rules of a type there may be; ``fixed``: those that there are, for ever. None: it is not told."""

    room: int | None = None
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class AnalyticsOptions:
    """What one make of camera looks out for."""

    token: str
    types: Mapping[str, RuleType]
    factory: tuple[Rule, ...] = ()
    cells: tuple[int, int] | None = None  # columns and rows of the engine; None: a make without one
    sensitivity: int = 50
    step: int = 1  # the sensitivity of the engine is rounded to it, without a fault


@dataclass(slots=True)
class AnalyticsState:
    """The rules of one camera; ``options`` is None for a make without analytics."""

    options: AnalyticsOptions | None
    rules: tuple[Rule, ...]
    sensitivity: int  # of the engine

    @classmethod
    def factory(cls, options: AnalyticsOptions | None) -> AnalyticsState:
        return cls(options, options.factory, options.sensitivity) if options else cls(None, (), 0)

    def asked(self, call: Call) -> AnalyticsOptions:
        """Raises SoapFault: no analytics, or not of that configuration."""
        if self.options is None:
            raise SoapFault("there are no analytics", "ter:ActionNotSupported", receiver=True)
        token = text(call.element, "tan:ConfigurationToken")
        if token != self.options.token:
            raise SoapFault(f"there is no configuration {token}", "ter:InvalidArgVal", "ter:NoConfig")
        return self.options

    def named(self, name: str | None) -> Rule:
        """Raises SoapFault RuleNotExistent."""
        for rule in self.rules:
            if rule.name == name:
                return rule
        raise SoapFault(f"there is no rule {name}", "ter:InvalidArgs", "ter:RuleNotExistent")


# What is told


def configuration(state: AnalyticsState, tag: str, uses: int) -> str:
    """The VideoAnalyticsConfiguration of a profile, or "" for a make without analytics."""
    options = state.options
    if options is None:
        return ""
    return (
        f'<{tag} token="{options.token}"><tt:Name>Analytics</tt:Name><tt:UseCount>{uses}</tt:UseCount>'
        f"<tt:AnalyticsEngineConfiguration>{_engine(state, 'tt:AnalyticsModule')}</tt:AnalyticsEngineConfiguration>"
        f"<tt:RuleEngineConfiguration>{''.join(_rule(rule, 'tt:Rule') for rule in state.rules)}"
        f"</tt:RuleEngineConfiguration></{tag}>"
    )


def _engine(state: AnalyticsState, tag: str) -> str:
    """The one module there is, or none."""
    if state.options is None or state.options.cells is None:
        return ""
    columns, rows = state.options.cells
    return (
        f'<{tag} Name="MyCellMotionModule" Type="tt:CellMotionEngine"><tt:Parameters>'
        f'<tt:SimpleItem Name="Sensitivity" Value="{state.sensitivity}"/><tt:ElementItem Name="Layout">'
        f'<tt:CellLayout Columns="{columns}" Rows="{rows}"><tt:Transformation><tt:Translate x="-1" y="-1"/>'
        f'<tt:Scale x="{2 / columns:.6f}" y="{2 / rows:.6f}"/></tt:Transformation></tt:CellLayout>'
        f"</tt:ElementItem></tt:Parameters></{tag}>"
    )


def _rule(rule: Rule, tag: str) -> str:
    items = "".join(f'<tt:SimpleItem Name="{name}" Value={quoteattr(value)}/>' for name, value in rule.items)
    points = "".join(f'<tt:Point x="{x:g}" y="{y:g}"/>' for x, y in rule.polygon)
    if rule.type == REGION:
        items += (
            f'<tt:ElementItem Name="MotionRegion"><axt:MotionRegionConfig xmlns:axt="{AXT}" '
            f'Armed="{str(rule.armed).lower()}" Sensitivity="{rule.sensitivity:g}"><tt:Polygon>{points}</tt:Polygon>'
            "</axt:MotionRegionConfig></tt:ElementItem>"
        )
    elif rule.type == TAMPER:
        polygon = f"<tt:Polygon>{points}</tt:Polygon>"
        items += (
            f'<tt:ElementItem Name="Field"><tt:PolygonConfiguration>{polygon}</tt:PolygonConfiguration>'
            "</tt:ElementItem>"
        )
    return f'<{tag} Name={quoteattr(rule.name)} Type="tt:{rule.type}"><tt:Parameters>{items}</tt:Parameters></{tag}>'


def get_service_capabilities(_: AnalyticsState, __: Call) -> str:
    return f"<tan:GetServiceCapabilitiesResponse {_NS}>{ANALYTICS_CAPABILITIES}</tan:GetServiceCapabilitiesResponse>"


def get_supported_rules(state: AnalyticsState, call: Call) -> str:
    options, inner = state.asked(call), ""
    for name, offer in options.types.items():
        told = "" if offer.room is None else f' maxInstances="{offer.room}"'
        told += ' fixed="true"' if offer.fixed else ""
        inner += f'<tt:RuleDescription Name="tt:{name}"{told}>{_description(_PARAMETERS[name])}</tt:RuleDescription>'
    schema = "<tt:RuleContentSchemaLocation>http://www.w3.org/2001/XMLSchema</tt:RuleContentSchemaLocation>"
    inner = f"<tan:SupportedRules>{schema}{inner}</tan:SupportedRules>"
    return f"<tan:GetSupportedRulesResponse {_NS}>{inner}</tan:GetSupportedRulesResponse>"


def get_supported_analytics_modules(state: AnalyticsState, call: Call) -> str:
    inner = ""
    if state.asked(call).cells is not None:
        parameters = _description((("Sensitivity", "xs:integer"), ("*Layout", "tt:CellLayout")))
        inner = (
            f'<tt:AnalyticsModuleDescription Name="tt:CellMotionEngine">{parameters}</tt:AnalyticsModuleDescription>'
        )
    inner = f"<tan:SupportedAnalyticsModules>{inner}</tan:SupportedAnalyticsModules>"
    return f"<tan:GetSupportedAnalyticsModulesResponse {_NS}>{inner}</tan:GetSupportedAnalyticsModulesResponse>"


def _description(parameters: tuple[tuple[str, str], ...]) -> str:
    items = ""
    for name, kind in parameters:
        word = "Element" if name.startswith("*") else "Simple"
        known = f' xmlns:axt="{AXT}"' if kind.startswith("axt:") else ""
        known += ' xmlns:xs="http://www.w3.org/2001/XMLSchema"' if kind.startswith("xs:") else ""
        items += f'<tt:{word}ItemDescription{known} Name="{name.lstrip("*")}" Type="{kind}"/>'
    return f"<tt:Parameters>{items}</tt:Parameters>"


def get_rules(state: AnalyticsState, call: Call) -> str:
    state.asked(call)
    inner = "".join(_rule(rule, "tan:Rule") for rule in state.rules)
    return f"<tan:GetRulesResponse {_NS}>{inner}</tan:GetRulesResponse>"


def get_rule_options(state: AnalyticsState, call: Call) -> str:
    """Of a TamperingDetection, which cannot be made without knowing them."""
    wanted = (text(call.element, "tan:RuleType") or TAMPERING).rpartition(":")[2]
    inner = ""
    if TAMPERING in state.asked(call).types and wanted == TAMPERING:
        modes = "".join(f"<tt:Item>{mode}</tt:Item>" for mode in MODES)
        for name, options in (
            ("Mode", f"<tt:StringItems>{modes}</tt:StringItems>"),
            ("Threshold", "<tt:FloatRange><tt:Min>0</tt:Min><tt:Max>100</tt:Max></tt:FloatRange>"),
            ("Duration", "<tt:DurationRange><tt:Min>PT1S</tt:Min><tt:Max>PT1M</tt:Max></tt:DurationRange>"),
        ):
            inner += f'<tan:RuleOptions Name="{name}" RuleType="tt:{TAMPERING}">{options}</tan:RuleOptions>'
    return f"<tan:GetRuleOptionsResponse {_NS}>{inner}</tan:GetRuleOptionsResponse>"


def get_analytics_modules(state: AnalyticsState, call: Call) -> str:
    state.asked(call)
    inner = _engine(state, "tan:AnalyticsModule")
    return f"<tan:GetAnalyticsModulesResponse {_NS}>{inner}</tan:GetAnalyticsModulesResponse>"


# What is set


def create_rules(state: AnalyticsState, call: Call) -> str:
    options, rules = state.asked(call), state.rules
    for entry in each(call.element, "tan:Rule"):
        rule = _requested(options, entry)
        if any(old.name == rule.name for old in rules):
            raise SoapFault(f"there is a rule {rule.name}", "ter:InvalidArgVal", "ter:RuleAlreadyExistent")
        offer, alike = options.types[rule.type], [old for old in rules if old.type == rule.type]
        if offer.fixed or (offer.room or len(alike) + 1) <= len(alike):
            raise SoapFault(f"no room for one more {rule.type}", "ter:Action", "ter:TooManyRules", receiver=True)
        rules = (*rules, rule)
    state.rules = rules
    return f"<tan:CreateRulesResponse {_NS}/>"


def modify_rules(state: AnalyticsState, call: Call) -> str:
    options, rules = state.asked(call), state.rules
    for entry in each(call.element, "tan:Rule"):
        rule = _requested(options, entry)
        if state.named(rule.name).type != rule.type:
            _invalid(f"rule {rule.name} is no {rule.type}")
        rules = tuple(rule if old.name == rule.name else old for old in rules)
    state.rules = rules
    return f"<tan:ModifyRulesResponse {_NS}/>"


def delete_rules(state: AnalyticsState, call: Call) -> str:
    options = state.asked(call)
    names = {(entry.text or "").strip() for entry in each(call.element, "tan:RuleName")}
    for name in names:
        if options.types[state.named(name).type].fixed:
            raise SoapFault(f"rule {name} stays", "ter:ConflictingConfig", receiver=True)
    state.rules = tuple(rule for rule in state.rules if rule.name not in names)
    return f"<tan:DeleteRulesResponse {_NS}/>"


def _requested(options: AnalyticsOptions, entry: Element) -> Rule:
    """Raises SoapFault InvalidRule."""
    name, kind = entry.get("Name", ""), _type(entry)
    if not name or kind not in options.types:
        _invalid(f"there are no rules {kind}")
    items = {item.get("Name", ""): item.get("Value", "") for item in each(entry, "tt:Parameters/tt:SimpleItem")}
    known = [parameter for parameter, _ in _PARAMETERS[kind]]
    if others := [item for item in items if item not in known]:
        _invalid(f"{kind} has no {others[0]}")
    if missing := [one for one in known if one not in items and not one.startswith("*") and one != "Threshold"]:
        _invalid(f"{missing[0]} is missing")
    region = entry.find("{*}Parameters/{*}ElementItem/{*}MotionRegionConfig")
    if kind == REGION and region is None:
        _invalid("MotionRegion is missing")
    points = [
        (_real(point.get("x"), -1, 1), _real(point.get("y"), -1, 1))
        for point in entry.iterfind("{*}Parameters/{*}ElementItem/{*}*/{*}Polygon/{*}Point")
    ]
    rule = Rule(name, kind, tuple(items.items()), polygon=tuple(points) or WHOLE)
    if region is None:
        return rule
    armed, sensitivity = region.get("Armed", "true"), region.get("Sensitivity", "0.5")
    return replace(rule, armed=armed in ("true", "1"), sensitivity=_real(sensitivity, 0, 1))


def _type(entry: Element) -> str:
    """The local name of a QName whose prefix is known where it stands, as a strict camera wants it."""
    prefix, _, name = entry.get("Type", "").rpartition(":")
    if prefix not in {known or "" for known in entry.nsmap}:
        _invalid(f"prefix {prefix} is not declared")
    return name


def modify_analytics_modules(state: AnalyticsState, call: Call) -> str:
    options = state.asked(call)
    for entry in each(call.element, "tan:AnalyticsModule"):
        if options.cells is None or entry.get("Name") != "MyCellMotionModule" or _type(entry) != "CellMotionEngine":
            raise SoapFault("there is no such module", "ter:InvalidArgs", "ter:AnalyticsModuleNotExistent")
        for item in each(entry, "tt:Parameters/tt:SimpleItem"):
            if item.get("Name") == "Sensitivity":
                given = _real(item.get("Value"), 0, 100)
                state.sensitivity = round(given / options.step) * options.step
    return f"<tan:ModifyAnalyticsModulesResponse {_NS}/>"


def _real(given: str | None, low: float, high: float) -> float:
    try:
        value = float(given or "")
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        _invalid(f"{given} is not between {low:g} and {high:g}")
    return value


def _invalid(what: str) -> NoReturn:
    raise SoapFault(what, "ter:InvalidArgVal", "ter:InvalidRule")


ANALYTICS: Mapping[str, Operation[AnalyticsState]] = {
    "GetServiceCapabilities": Operation(Access.PRE_AUTH, get_service_capabilities),
    "GetSupportedRules": Operation(Access.READ_MEDIA, get_supported_rules),
    "GetRules": Operation(Access.READ_MEDIA, get_rules),
    "GetRuleOptions": Operation(Access.READ_MEDIA, get_rule_options),
    "CreateRules": Operation(Access.ACTUATE, create_rules),
    "ModifyRules": Operation(Access.ACTUATE, modify_rules),
    "DeleteRules": Operation(Access.ACTUATE, delete_rules),
    "GetSupportedAnalyticsModules": Operation(Access.READ_MEDIA, get_supported_analytics_modules),
    "GetAnalyticsModules": Operation(Access.READ_MEDIA, get_analytics_modules),
    "ModifyAnalyticsModules": Operation(Access.ACTUATE, modify_analytics_modules),
}


def inject(state: AnalyticsState, rest: list[str], value: object) -> None:
    """``sensitivity`` of the engine; ``rules.<name>.armed`` or ``.sensitivity``; ``rules.<name>`` with a type makes a
    rule and with None takes one away.
    """
    if state.options is None:
        raise KeyError("this model has no analytics")
    if rest == ["sensitivity"]:
        state.sensitivity = number(value, 0, 100)
    elif len(rest) == 2 and rest[0] == "rules":
        state.rules = tuple(rule for rule in state.rules if rule.name != rest[1])
        if value is not None:
            if value not in state.options.types:
                raise ValueError(f"{value!r} is not one of {', '.join(state.options.types)}")
            items = tuple((name, "1") for name, _ in _PARAMETERS[str(value)] if not name.startswith("*"))
            state.rules = (*state.rules, Rule(rest[1], str(value), items))
    elif len(rest) == 3 and rest[0] == "rules" and rest[2] in ("armed", "sensitivity"):
        try:
            rule = state.named(rest[1])
        except SoapFault as fault:
            raise KeyError(str(fault)) from None
        if rest[2] == "armed":
            rule = replace(rule, armed=truth(value))
        else:
            rule = replace(rule, sensitivity=number(value, 0, 100) / 100)
        state.rules = tuple(rule if old.name == rule.name else old for old in state.rules)
    else:
        raise KeyError(f"there is no {'.'.join(rest)}; there are sensitivity, rules.<name>[.<armed|sensitivity>]")


def snapshot(state: AnalyticsState) -> dict[str, object]:
    """``{"sensitivity": 50, "rules": {"MyMotionDetectorRule": {"type": …, …}}}``; ``{}`` without analytics."""
    if state.options is None:
        return {}
    return {"sensitivity": state.sensitivity, "rules": {rule.name: asdict(rule) for rule in state.rules}}
