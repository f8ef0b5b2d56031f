"""Motion and tamper rules: what a camera looks out for by itself (analytics service, ver20/analytics).

The standard has a type of rule for each, and cameras in the field another one, older than that:

- motion: MotionRegionDetector, whose sensitivity is in the rule (0 to 1); CellMotionDetector, whose sensitivity is in
  the camera's one CellMotionEngine (0 to 100), so that it holds for every rule of that type;
- tampering: TamperingDetection, made with what GetRuleOptions tells; TamperDetector, with a polygon.

A rule is ours when it has our name. Where the camera's rules of a type are there for ever (``fixed``), or it does not
tell how many there may be, as cameras that bring their rules along, the first of that type is the camera's own and
stands for ours. Those of others are never touched. A rule that is made watches the whole picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iccc.camera.rule_parameters import CELLS, REGION, TAMPER, TAMPERING, parameters
from iccc.camera.state import Rule
from iccc.camera.streams import ROLES, by_role, read_profiles
from iccc.errors import Reason
from iccc.onvif.call import Call, Context, Procedure, Service, Written, element, read, split, submit, write
from iccc.onvif.errors import BadAnswer, OnvifError, OnvifFault
from iccc.onvif.xml import Element, children, clean, copied, find, need, renamed

PREFIX = "iccc-"  # of the names of our rules
TYPES: Mapping[str, tuple[str, ...]] = {"motion": (REGION, CELLS), "tamper": (TAMPERING, TAMPER)}  # best first


@dataclass(frozen=True)
class _Type:
    """A type of rule that the camera knows."""

    name: str  # local name
    room: int | None  # how many there may be; None: it does not tell
    fixed: bool  # neither made nor deleted


@dataclass(frozen=True)
class _Analytics:
    """The rules of the first configuration; ``modules`` are read where a rule's sensitivity is in one."""

    token: str
    types: Mapping[str, _Type]
    rules: Sequence[Element]
    modules: Sequence[Element]

    def of(self, kind: str) -> Element | None:
        """The rule that stands for ``kind``: ours, or the camera's own."""
        alike = [rule for name in TYPES[kind] for rule in self.rules if _type(rule) == name]
        for rule in alike:
            if rule.get("Name") == PREFIX + kind:
                return rule
        own = [rule for rule in alike if (known := self.types.get(_type(rule))) and (known.fixed or known.room is None)]
        return own[0] if own else None

    def engine(self) -> Element | None:
        return next((module for module in self.modules if _type(module) == "CellMotionEngine"), None)


def read_rules(_context: Context) -> Procedure[dict[str, Rule]]:
    """What is looked out for, by kind; {} for a camera without analytics."""
    found = yield from _read_analytics()
    if found is None:
        return {}
    return {kind: _rule(found, rule) for kind in TYPES if (rule := found.of(kind)) is not None}


def write_rules(_context: Context, wanted: Mapping[str, Rule], _seen: Mapping[str, Rule]) -> Procedure[Written]:
    """Make what is missing, set what differs, delete what shall not be if it is ours."""
    written = Written()
    found = yield from _read_analytics()
    if found is None:
        written.unsupported["rules"] = "the camera has no analytics"
        return written
    shall_be, gone = split(wanted)
    for kind in gone:
        rule = found.of(kind)
        if rule is None:
            continue
        if rule.get("Name") != PREFIX + kind:
            written.guarded[_path(kind)] = f"{_name(rule)} is the camera's own rule"
        else:
            yield from submit(written, _path(kind), _call(found, "DeleteRules", element("tan:RuleName", PREFIX + kind)))
    for kind, wish in shall_be.items():
        rule = found.of(kind)
        if rule is None:
            yield from _create(written, found, kind, wish)
        else:
            yield from _modify(written, found, kind, rule, wish)
    return written


def _create(written: Written, found: _Analytics, kind: str, wish: Rule) -> Procedure[None]:
    known = next((found.types[name] for name in TYPES[kind] if name in found.types), None)
    if known is None:
        written.unsupported[_path(kind)] = f"the camera has no rule for {kind}"
        return
    alike = [_name(rule) for rule in found.rules if _type(rule) == known.name]
    if known.fixed or (known.room is not None and len(alike) >= known.room):
        holders = f"holds {', '.join(alike)}" if alike else "cannot be given any"
        written.unsupported[_path(kind)] = f"no room for one more {known.name}: the camera {holders}"
        return
    try:
        told = yield from parameters(known.name, found.token, found.engine(), wish.sensitivity)
    except OnvifError as error:
        written.faults[_path(kind)] = error
        return
    inner = f'<tan:Rule Name="{PREFIX}{kind}" Type="tt:{known.name}"><tt:Parameters>{told}</tt:Parameters></tan:Rule>'
    made = yield from submit(written, _path(kind), _call(found, "CreateRules", inner))
    if made and known.name == CELLS:
        yield from _set_engine(written, found, kind, wish)
    fault = written.faults.get(_path(kind))
    if isinstance(fault, OnvifFault) and "TooManyRules" in fault.subcode:
        written.unsupported[_path(kind)] = f"no room for one more {known.name}"


def _modify(written: Written, found: _Analytics, kind: str, rule: Element, wish: Rule) -> Procedure[None]:
    """Send the camera's own rule, or the engine that it rests on, with what is declared in it."""
    now = _rule(found, rule)
    due = wish.sensitivity is not None and wish.sensitivity != now.sensitivity
    if _type(rule) == CELLS and due:
        yield from _set_engine(written, found, kind, wish)
    region = _item(rule, "MotionRegion")
    if region is None or len(region) == 0:
        if due and _type(rule) != CELLS:
            written.unsupported[f"{_path(kind)}.sensitivity"] = f"the camera's {_type(rule)} has no sensitivity"
        return
    if due or (wish.armed is not None and wish.armed != now.armed):
        sent = copied(rule)
        config = need(_need_item(sent, "MotionRegion"), "MotionRegionConfig")
        if wish.armed is not None:
            config.set("Armed", str(wish.armed).lower())
        if wish.sensitivity is not None:
            config.set("Sensitivity", f"{wish.sensitivity / 100:g}")
        inner = renamed(sent, Service.ANALYTICS, "tan", "Rule")
        yield from submit(written, _path(kind), _call(found, "ModifyRules", inner))


def _set_engine(written: Written, found: _Analytics, kind: str, wish: Rule) -> Procedure[None]:
    if wish.sensitivity is None:
        return
    path, engine = f"{_path(kind)}.sensitivity", found.engine()
    if engine is None or _item(engine, "Sensitivity") is None:
        written.unsupported[path] = "the camera tells no sensitivity of its motion detector"
        return
    sent = copied(engine)
    _need_item(sent, "Sensitivity").set("Value", f"{wish.sensitivity:g}")
    inner = renamed(sent, Service.ANALYTICS, "tan", "AnalyticsModule")
    yield from submit(written, path, _call(found, "ModifyAnalyticsModules", inner))


def _read_analytics() -> Procedure[_Analytics | None]:
    """None where the camera says that it has no such thing."""
    token = yield from _read_token()
    if token is None:
        return None
    asked = element("tan:ConfigurationToken", token)
    try:
        supported = yield read(Service.ANALYTICS, "GetSupportedRules", asked)
        rules = children((yield read(Service.ANALYTICS, "GetRules", asked)), "Rule")
    except OnvifFault as fault:
        if fault.reason is not Reason.UNSUPPORTED:
            raise
        return None
    described = children(need(supported, "SupportedRules"), "RuleDescription")
    types = {known.name: known for known in map(_described, described)}
    modules: list[Element] = []
    if CELLS in types:
        try:
            modules = children((yield read(Service.ANALYTICS, "GetAnalyticsModules", asked)), "AnalyticsModule")
        except OnvifFault as fault:
            if fault.reason is not Reason.UNSUPPORTED:
                raise
    return _Analytics(token, types, rules, modules)


def _read_token() -> Procedure[str | None]:
    """The token of the analytics configuration of the main stream, else of the sub stream."""
    service, reply = yield from read_profiles("Metadata", "Analytics")
    streams = yield from by_role(service, reply)
    path = ("Configurations", "Analytics") if service is Service.MEDIA2 else ("VideoAnalyticsConfiguration",)
    profiles = {profile.get("token"): profile for profile in children(reply, "Profiles")}
    for role in ROLES:
        found = find(profiles[streams[role].profile], *path) if role in streams else None
        if found is not None and found.get("token"):
            return found.get("token")
    return None


def _described(description: Element) -> _Type:
    room = description.get("maxInstances", "")
    fixed = description.get("fixed") in ("true", "1")
    told = int(room) if room.isdecimal() and len(room) < 10 else None
    return _Type((description.get("Name") or "").rpartition(":")[2], told, fixed)


def _rule(found: _Analytics, rule: Element) -> Rule:
    """A rule without a switch of its own is armed."""
    if _type(rule) == CELLS:
        engine = found.engine()
        item = None if engine is None else _item(engine, "Sensitivity")
        return Rule(armed=True, sensitivity=None if item is None else _number(item.get("Value", "")))
    region = _item(rule, "MotionRegion")
    config = None if region is None else find(region, "MotionRegionConfig")
    if config is None:
        return Rule(armed=True)
    told = config.get("Sensitivity")
    sensitivity = None if told is None else round(_number(told) * 100, 2)
    return Rule(armed=config.get("Armed", "true") in ("true", "1"), sensitivity=sensitivity)


def _number(value: str) -> float:
    try:
        number = float(value)
        if number - number == 0:
            return number
    except ValueError:
        pass
    raise BadAnswer(f"Sensitivity is {value[:40]!r}, not a number")


def _name(config: Element) -> str:
    """The name of a rule or module, as it may be shown."""
    return clean(config.get("Name") or "")[:64]


def _type(config: Element) -> str:
    """The local name of a rule's or module's type."""
    return (config.get("Type") or "").rpartition(":")[2]


def _item(config: Element, name: str) -> Element | None:
    """The parameter of that name."""
    parameters = find(config, "Parameters")
    return None if parameters is None else next((item for item in parameters if item.get("Name") == name), None)


def _need_item(config: Element, name: str) -> Element:
    found = _item(config, name)
    if found is None:
        raise BadAnswer(f"{_name(config)} has no {name}")
    return found


def _call(found: _Analytics, action: str, inner: str) -> Call:
    return write(Service.ANALYTICS, action, element("tan:ConfigurationToken", found.token) + inner)


def _path(kind: str) -> str:
    return f"rules[{kind}]"
