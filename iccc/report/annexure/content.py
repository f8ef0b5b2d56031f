"""What an annexure says: cover, abstract, computation, bill, sizing, specifications, assumptions, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from iccc.bom.added import Added
from iccc.bom.diff import Diff
from iccc.bom.estimate import Estimate, Priced
from iccc.bom.lines import Bill, BomLine
from iccc.bom.money import LAKH, ZERO, grouped, in_crore
from iccc.bom.words import english, hindi
from iccc.city.devices import City, Device
from iccc.city.revision import Commit
from iccc.report.annexure.page import Annexure, Block, Column, Row, Section
from iccc.report.annexure.words import Language, Words, words
from iccc.report.bom import notes, summary, tender_notes, tendered
from iccc.report.estimate import remarks
from iccc.report.sizing import FAMILIES, number, with_declared
from iccc.report.table import one_line
from iccc.sizing.city import Line
from iccc.sizing.result import Value

FLAGS = {"no rate": "no_rate", "old rate": "old_rate", "rate without a date": "undated_rate"}


@dataclass(frozen=True)
class Asked:
    """What an annexure is of. ``estimate`` is None where nothing is priced; ``tender``: rates are left blank.

    ``sized`` is of ``devices``; ``adds`` is what one phase adds to those before it.
    """

    city: City
    bill: Bill
    devices: Sequence[Device]
    sized: Sequence[Line]
    day: date
    revision: Commit | None = None
    phase: str | None = None
    limits: Sequence[str] = ()
    estimate: Estimate | None = None
    tender: bool = False
    adds: Sequence[Added] = ()
    expected: Diff | None = None  # of an estimate: billed, and in the expected case

    @property
    def fake(self) -> bool:
        return self.estimate is not None and self.estimate.card.fake


def annexure(asked: Asked, language: Language) -> Annexure:
    """The annexure in one language. Amounts are those of the estimate, digit by digit."""
    say = words(language)
    city = asked.city
    estimate = asked.estimate
    kind = "estimate" if estimate else "tender" if asked.tender else "quantities"
    day = f"{asked.day:%d.%m.%Y}"
    revision = str(asked.revision) if asked.revision else "–"
    name = say.either(city.name, city.name_hi)
    sections = [*([_cost(asked, estimate, say)] if estimate else ()), _bill(asked, say)]
    sections += [_specifications(asked, say)] if asked.tender or estimate else []
    sections += [_sizing(asked, say), _assumptions(asked, say)] if not asked.tender else []
    return Annexure(
        language=language,
        title=say(kind),
        city=name,
        subtitle=say("subject"),
        facts=tuple(_facts(asked, say, day)),
        amounts=tuple(_amounts(estimate, say)) if estimate else (),
        signed=(say("prepared"), say("checked"), say("approved")),
        contents=say("annexure"),
        page=say("page"),
        foot=say("foot", city=name, revision=revision, hash=city.digest[:12], date=day),
        mark=say("fake", card=estimate.card.name) if estimate and asked.fake else "",
        sections=[section for section in (*sections, _notes(asked, say)) if section.blocks or section.remarks],
    )


def _facts(asked: Asked, say: Words, day: str) -> Iterator[tuple[str, str]]:
    city, declared = asked.city, asked.city.declared.city.file
    yield say("city"), say.either(city.name, city.name_hi)
    yield say("state"), declared.city.state
    if declared.city.spv:
        yield say("spv"), declared.city.spv
    yield say("phase"), phase_title(city, asked.phase, say) if asked.phase else say("all_phases")
    if asked.limits:
        yield say("part_of_city"), ", ".join(asked.limits)
    counted = summary(city, asked.devices)
    sites = len({device.site for device in asked.devices if device.site in city.sites})
    yield say("scope"), say("scope_said", sites=sites, **{k: counted[k] for k in ("cameras", "switches", "recorders")})
    if asked.estimate:
        yield say("rate_card"), asked.estimate.card.name
    yield say("revision"), _revision(asked.revision, say)
    yield say("hash"), city.digest
    yield say("date"), day


def _revision(found: Commit | None, say: Words) -> str:
    if found is None:
        return say("no_revision")
    changed = f", {say('changed')}" if found.changed else ""
    return f"{found.name[:12]} ({found.day:%d.%m.%Y}){changed}"


def phase_title(city: City, phase: str, say: Words) -> str:
    found = city.declared.city.file.phases.get(phase)
    return say.either(found.title, found.title_hi) if found else phase


def _amounts(estimate: Estimate, say: Words) -> Iterator[str]:
    crore = in_crore(estimate.total).removesuffix(" crore")
    yield say("total_said", amount=grouped(estimate.total), crore=crore)
    yield hindi(estimate.total) if say.language == "hi" else english(estimate.total)
    if missing := len(estimate.flagged("no rate")):
        yield say("without_rates", count=missing)


def _cost(asked: Asked, estimate: Estimate, say: Words) -> Section:
    blocks = [
        _abstract(asked, estimate, say), _steps(estimate, say), _years(estimate, say), _financial(estimate, say),
        _payments(estimate, say),
    ]  # fmt: skip
    return Section(say("abstract"), [block for block in blocks if block.rows], [say("abstract_note")])


def _abstract(asked: Asked, estimate: Estimate, say: Words) -> Block:
    columns = [
        Column(say("head")), Column(say("title"), 1), Column(say("capital_lakh"), right=True),
        Column(say("yearly_lakh"), right=True), Column(say("gst_lakh"), right=True),
        Column(say("total_lakh"), right=True),
    ]  # fmt: skip
    rows = []
    for head, lines in _by_head(estimate.lines).items():
        title = asked.city.declared.boq.file.heads[head]  # type: ignore[index]  # heads of lines are those of the model
        rows.append(Row([head, say.either(title.title, title.title_hi), *_lakhs(lines)]))
    rows.append(Row(["", say("total"), *_lakhs(estimate.lines)], "total"))
    return Block(columns, rows)


def _lakhs(lines: Sequence[Priced]) -> list[str]:
    capital = sum((each.without_gst for each in lines if not each.line.yearly), ZERO)
    yearly = sum((each.without_gst for each in lines if each.line.yearly), ZERO)
    gst = sum((each.gst for each in lines), ZERO)
    return [grouped(amount / LAKH) for amount in (capital, yearly, gst, capital + yearly + gst)]


def _by_head(lines: Sequence[Priced]) -> dict[str, list[Priced]]:
    heads: dict[str, list[Priced]] = {}
    for priced in lines:
        heads.setdefault(priced.line.head, []).append(priced)
    return dict(sorted(heads.items()))


def _steps(estimate: Estimate, say: Words) -> Block:
    columns = [Column(say("step")), Column(say("how"), 1), Column(say("rupees"), right=True)]
    rows = [
        Row(
            [say.either(done.step.name, done.step.name_hi), done.how, grouped(done.amount)],
            "total" if done.step.does == "sum" else "row",
            ["", done.step.source or ""],
        )
        for done in estimate.steps
    ]
    return Block(columns, rows, say("steps"))


def _years(estimate: Estimate, say: Words) -> Block:
    columns = [Column(say("year"), 1), *(Column(say(key), right=True) for key in ("amount", "gst_rs", "total_rs"))]
    rows = [Row([f"{say('year')} {y.number}", *map(grouped, (y.amount, y.gst, y.total))]) for y in estimate.years]
    return Block(columns, rows, say("operation"))


def _financial(estimate: Estimate, say: Words) -> Block:
    keys = ("capital", "operation_short", "total_rs")
    columns = [Column(say("year"), 1), *(Column(say(key), right=True) for key in keys)]
    years = estimate.financial_years
    rows = [Row([f.name, *map(grouped, (f.capital, f.operation, f.total))]) for f in years]
    if years:
        sums = (sum((getattr(f, key) for f in years), ZERO) for key in ("capital", "operation", "total"))
        rows.append(Row([say("total"), *map(grouped, sums)], "total"))
    return Block(columns, rows, say("financial_years"))


def _payments(estimate: Estimate, say: Words) -> Block:
    columns = [Column(say("when"), 1), Column(say("share"), right=True), Column(say("rupees"), right=True)]
    rows = [
        Row([say.either(p.milestone.when, p.milestone.when_hi), f"{p.milestone.pct:g} %", grouped(p.amount)])
        for p in estimate.payments
    ]
    return Block(columns, rows, say("payments"))


def _bill(asked: Asked, say: Words) -> Section:
    """Every line with its derivation; with amounts, or with blanks for a bidder, or quantities alone."""
    described = Column(say("description"), 3)
    quantities = [
        Column(say("code")), Column(say("unit")), Column(say("quantity"), right=True), Column(say("spares"), right=True)
    ]  # fmt: skip
    if asked.estimate is not None:
        money = ("rate", "amount_rs", "gst_pct", "gst_rs", "total_rs")
        columns = [
            Column(say("item")), described, *quantities, Column(say("rate"), right=True), Column(say("basis"), 1),
            *(Column(say(key), right=True) for key in money[1:]),
        ]  # fmt: skip
        rows = list(_priced_rows(asked, asked.estimate, say))
    elif asked.tender:
        blank = [Column(say("rate"), 1), Column(say("rate_in_words"), 2), Column(say("amount_rs"), 1)]
        kept = [column for column in quantities if column.title != say("spares")]
        columns = [Column(say("item")), described, *kept, *blank, Column(say("gst_pct"), right=True)]
        rows = list(_heads(asked, tendered(asked.bill), say, lambda line: _tender(asked, line, say)))
    else:
        columns = [Column(say("item")), described, *quantities]
        rows = list(_heads(asked, asked.bill.lines, say, lambda line: _quantities(asked, line, say)))
    return Section(
        say("bill"),
        [Block(columns, rows)] if rows else [],
        [say("tender_note" if asked.tender else "bill_note")],
        landscape=True,
    )


def _heads(asked: Asked, lines: Sequence[BomLine], say: Words, row: Callable[[BomLine], Row]) -> Iterator[Row]:
    """The rows of lines, with the title of each head above its own."""
    for head, of_head in groupby(lines, key=lambda line: line.head):
        yield _head(asked.city, head, say)
        yield from map(row, of_head)


def _head(city: City, head: str, say: Words) -> Row:
    title = city.declared.boq.file.heads[head]  # type: ignore[index]  # heads of lines are those of the model
    return Row([f"{head}  {say.either(title.title, title.title_hi)}"], "group")


def _priced_rows(asked: Asked, estimate: Estimate, say: Words) -> Iterator[Row]:
    for head, lines in _by_head(estimate.lines).items():
        yield _head(asked.city, head, say)
        for priced in lines:
            row = _quantities(asked, priced.line, say)
            flag = say(FLAGS[priced.flag]) if priced.flag else ""
            rate = grouped(priced.rate) if priced.rate is not None else flag
            told = [priced.basis, flag if priced.rate is not None else ""]
            basis = "; ".join(filter(None, told))
            cells = [*row.cells, rate, basis, *_money(priced)]
            yield Row(cells, small=row.small)
        yield _sum(say("total_of_head", head=head), lines)
    yield _sum(say("total_of_lines"), estimate.lines)


def _money(priced: Priced) -> list[str]:
    return [grouped(priced.without_gst), f"{priced.line.gst_pct:g}", grouped(priced.gst), grouped(priced.total)]


def _sum(title: str, lines: Sequence[Priced]) -> Row:
    def of(key: str) -> str:
        return grouped(sum((getattr(priced, key) for priced in lines), ZERO))

    return Row(["", title, "", "", "", "", "", "", of("without_gst"), "", of("gst"), of("total")], "total")


def _described(asked: Asked, line: BomLine, say: Words) -> tuple[str, str]:
    """Description, and in small letters its derivation and, of several phases, the phase."""
    text = say.either(line.description, line.description_hi)
    phases = {each.phase for each in asked.bill.lines}
    phase = f"{phase_title(asked.city, line.phase, say)}: " if len(phases) > 1 else ""
    return text, f"{phase}{line.derivation}"


def _quantities(asked: Asked, line: BomLine, say: Words) -> Row:
    text, derivation = _described(asked, line, say)
    quantity = "" if line.percent_of else whole(line.quantity)
    cells = [line.item, text, line.code, line.unit, quantity, whole(line.spares) if line.spares else ""]
    return Row(cells, small=["", derivation])


def _tender(asked: Asked, line: BomLine, say: Words) -> Row:
    text, derivation = _described(asked, line, say)
    cells = [
        line.item, text, line.code, line.unit, whole(line.quantity + line.spares), "", "", "", f"{line.gst_pct:g}"
    ]  # fmt: skip
    return Row(cells, small=["", derivation])


def whole(count: int) -> str:
    """``1,20,500``: a whole number in India's grouping."""
    return grouped(Decimal(count)).removesuffix(".00")


def _specifications(asked: Asked, say: Words) -> Section:
    lines: Mapping[str, BomLine] = {line.item: line for line in asked.bill.lines}
    rows = [
        Row([line.item, say.either(line.description, line.description_hi), line.specification])
        for line in lines.values()
    ]
    columns = [Column(say("item")), Column(say("description"), 1), Column(say("specification"), 2)]
    return Section(say("specifications"), [Block(columns, rows)] if rows else [])


def _sizing(asked: Asked, say: Words) -> Section:
    columns = [
        Column(say("result"), 2), Column(say("design"), right=True), Column(say("expected"), right=True),
        Column(say("declared"), right=True), Column(say("unit")), Column(say("formula"), 4),
    ]  # fmt: skip
    rows = [_sized(line, say) for line in asked.sized if not line.scope]
    blocks = [*_adds(asked, say), Block(columns, rows), *_families(asked.sized, say)] if rows else []
    remarks_ = [say("sizing_note"), *([say("sized_alone")] if asked.phase or asked.limits else [])]
    return Section(say("sizing"), blocks, remarks_, landscape=True)


def _adds(asked: Asked, say: Words) -> Iterator[Block]:
    """What one phase adds to those before it: the bill has that, and not what its devices alone would need."""
    columns = [
        Column(say("result"), 1), Column(say("with_phase"), right=True), Column(say("before_phase"), right=True),
        Column(say("in_bill"), right=True), Column(say("unit")),
    ]  # fmt: skip
    rows = [
        Row([each.name, *map(number, (each.with_phase, each.before, each.adds)), each.unit],
            small=[say.about(each.name, each.about), "", "", "", ""])
        for each in asked.adds
    ]  # fmt: skip
    if rows:
        yield Block(columns, rows, say("adds"))


def _sized(line: Line, say: Words) -> Row:
    design = line.design
    declared = number(design.declared) if design.declared is not None else ""
    inputs = "; ".join(
        one_line(f"{each.name} = {_value(each.value)} {each.unit}".rstrip() + f" ({each.where})")
        for each in design.inputs
    )
    cells = [line.name, number(design.value), number(line.expected.value), declared, design.unit, design.formula]
    return Row(cells, small=[say.about(line.name, design.about), "", "", "", "", inputs])


def _value(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,g}"
    return str(value)


def _families(sized: Sequence[Line], say: Words) -> Iterator[Block]:
    """What sizing says of each site, ring, link and recorder; columns are those that somebody has."""
    for family, names in FAMILIES.items():
        lines = [line for line in sized if line.scope and line.name in names]
        kept = [name for name in names if any(line.name == name for line in lines)]
        cells = {(line.scope, line.name): with_declared(line.design) for line in lines}
        columns = [Column(say.family(family), 1), *(Column(name, right=True) for name in kept)]
        scopes = dict.fromkeys(line.scope for line in lines)
        rows = [Row([scope, *(cells.get((scope, name), "") for name in kept)]) for scope in scopes]
        if rows:
            yield Block(columns, rows, f"{say.family(family)} ({say('sizing_places')})")


def _assumptions(asked: Asked, say: Words) -> Section:
    columns = [
        Column(say("name")), Column(say("design"), right=True), Column(say("expected"), right=True),
        Column(say("unit")), Column(say("description"), 2), Column(say("source"), 3), Column(say("place"), 2),
    ]  # fmt: skip
    expected = asked.city.expected_figures
    rows = [
        Row(
            [
                name,
                f"{figure.value:g}",
                f"{expected[name].value:g}",
                figure.unit,
                figure.about,
                f"{figure.kind}: {figure.source}",
                str(figure.where),
            ]
        )
        for name, figure in asked.city.figures.items()
    ]
    return Section(say("assumptions"), [Block(columns, rows)], [say("assumptions_note")], landscape=True)


def _notes(asked: Asked, say: Words) -> Section:
    if asked.estimate is not None:
        told = remarks(asked.city, asked.estimate, asked.bill.notes)
    elif asked.tender:
        told = tender_notes(asked.city, asked.bill)
    else:
        told = notes(asked.city, asked.bill.notes)
    return Section(say("notes"), (), [*filter(None, [say("english_kept")]), *(f"• {note}" for note in told)])
