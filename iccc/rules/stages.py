"""Counts by stage: no more is planned than sanctioned, installed than planned, live than installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from iccc.city.devices import City
from iccc.city.model.common import Lifecycle
from iccc.city.model.third_party import HeadCount
from iccc.city.totals import head_counts
from iccc.rules.rule import Outcome, Row, Severity, Stage, held, passed, rule
from iccc.sizing.traffic import standing
from iccc.units import plural
from iccc.yamlfile import Where

STAGES = ("sanctioned", "planned", "installed", "live")
# Which stage the number `cameras` of a head stands for, by the head's status.
STAGE_OF: Mapping[Lifecycle, str] = {
    Lifecycle.PLANNED: "planned",
    Lifecycle.SANCTIONED: "sanctioned",
    Lifecycle.INSTALLED: "installed",
    Lifecycle.COMMISSIONED: "installed",
    Lifecycle.ACCEPTED: "installed",
    Lifecycle.LIVE: "live",
}


@rule(
    "stages-of-heads",
    Severity.HIGH,
    Stage.OPERATION,
    do="ask the source which number holds; unknown numbers are written `unknown`",
    source="project practice: sanctioned, planned, installed, reachable, recording are counts of their own",
)
def stages_of_heads(city: City, _today: date) -> Iterator[Row]:
    """A head has no more live than installed, installed than planned, planned than sanctioned."""
    for document, file in city.declared.third_party:
        for index, count in enumerate(file.counts):
            numbers = _numbers(count)
            subject = f"{file.head} {count.phase}"
            rising = [(wide, narrow) for wide, narrow in pairwise(numbers) if numbers[narrow] > numbers[wide]]
            if len(numbers) > 1 and not rising:
                yield passed(subject, document.where("counts", index))
            for wide, narrow in rising:
                key = narrow if getattr(count, narrow) == numbers[narrow] else "cameras"
                text = f"{numbers[narrow]} {narrow}, more than the {numbers[wide]} {wide}"
                outcome = Outcome.WARN if count.approximate else Outcome.FAIL
                yield Row(outcome, subject, document.where("counts", index, key), text)


def _numbers(count: HeadCount) -> dict[str, int]:
    """The stages that have a number, from sanctioned to live."""
    given: dict[str, object] = {STAGE_OF[count.status]: count.cameras} if count.status in STAGE_OF else {}
    given |= {stage: value for stage in STAGES if (value := getattr(count, stage)) is not None}
    return {stage: number for stage in STAGES if isinstance(number := given.get(stage), int)}


@rule(
    "sanctioned-cameras",
    Severity.HIGH,
    Stage.DESIGN,
    do="have the rest sanctioned, or move it to a later phase",
    source="project practice: sanctioned, then planned; what is paid for is what was sanctioned",
)
def sanctioned_cameras(city: City, _today: date) -> Iterator[Row]:
    """A phase has no more cameras, of the project and of third parties, than are sanctioned for it."""
    document, file = city.declared.city
    for key, phase in file.phases.items():
        if isinstance(phase.sanctioned, int):
            yield _sanctioned(city, key, phase.sanctioned, document.where("phases", key, "sanctioned"))


def _sanctioned(city: City, key: str, sanctioned: int, where: Where) -> Row:
    own = sum(camera.phase == key for camera in standing(city))
    heads = head_counts(city.declared, key)
    numbers = [count.cameras for _, count in heads if isinstance(count.cameras, int)]
    theirs = sum(numbers)
    unknown = [file.head for file, count in heads if count.cameras == "unknown"]
    total = plural(own + theirs, "camera")
    text = f"{total}, {own:,} of the project and {theirs:,} of third parties; {sanctioned:,} sanctioned"
    if unknown and own + theirs <= sanctioned:
        return Row(Outcome.UNKNOWN, key, where, f"{text}; without a number: {', '.join(unknown)}")
    return held(own + theirs <= sanctioned, key, where, text)


RULES = (stages_of_heads, sanctioned_cameras)
