"""The abstract: amounts by head, then the computation step by step as ``estimate.yaml`` has it, the total in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from iccc.bom.estimate import Done, Estimate, tier_of
from iccc.bom.money import CRORE, LAKH, ZERO
from iccc.bom.words import english, hindi
from iccc.city.devices import City
from iccc.city.model.boq import EstimateFile, Step
from iccc.report.book.boq import CAPITAL, IS_WORKS, YEARLY
from iccc.report.book.figures import Figures, plus
from iccc.report.book.page import Book, Page, absolute, cell

SHEET = "Abstract"
CAPITAL_NAME, TOTAL_NAME, OPERATION_NAME = "capital_expenditure", "total", "operation_total"
WIDTHS = (7, 34, 38, 10, 20, 16, 20, 26, 13)
AMOUNT = 4


@dataclass(frozen=True)
class Shares:
    """Names of the figures of one step: its per cent, or those of its tiers (limit, per cent, least), and its GST."""

    percent: str = ""
    tiers: Sequence[tuple[str, str, str]] = ()
    gst: str = ""


def shares_of(rules: EstimateFile, figures: Figures) -> list[Shares]:
    """A name for each number of each step."""
    return [_shares(step, figures) for step in rules.steps]


def _shares(step: Step, figures: Figures) -> Shares:
    source = step.source or "estimate.yaml"
    percent, tiers, gst = "", [], ""
    if step.pct is not None:
        percent = figures.add((step.name, "pct"), step.pct, "%", f"{step.name}: of {' + '.join(step.of)}", source)
    for number, tier in enumerate(step.tiers, 1):
        limit = least = ""
        if tier.up_to is not None:
            what = f"{step.name}: tier {number} holds up to"
            limit = figures.add((step.name, "up_to", str(number)), tier.up_to, "Rs", what, source)
        what = f"{step.name}: tier {number}, of {' + '.join(step.of)}"
        pct = figures.add((step.name, "pct", str(number)), tier.pct, "%", what, source)
        if tier.least:
            what = f"{step.name}: tier {number}, at least"
            least = figures.add((step.name, "least", str(number)), tier.least, "Rs", what, source)
        tiers.append((limit, pct, least))
    if step.gst_pct is not None:
        gst = figures.add((step.name, "gst"), step.gst_pct, "%", f"GST of {step.name}", source)
    if step.escalation_pct is not None:
        percent = figures.add(
            (step.name, "escalation"), step.escalation_pct, "%", f"{step.name}: more each year", source
        )
    return Shares(percent, tiers, gst)


def write(book: Book, city: City, estimate: Estimate, figures: Figures, shares: Sequence[Shares]) -> list[str]:
    """Amounts by head, the steps, the total. The result is the cells with what the steps came to."""
    page = book.page(SHEET, f"Abstract of cost: {city.name}", f"लागत सार: {city.name_hi}", WIDTHS)
    heads = _heads(book, page, city, estimate)
    steps = _steps(book, page, estimate, heads, figures, shares)
    _total(page, estimate)
    return steps


def _heads(book: Book, page: Page, city: City, estimate: Estimate) -> dict[str, str]:
    """Names of the capital amounts of heads."""
    page.caption("By head, without GST")
    heads = ("Head", "What", "", "", "Capital, rupees", "In lakh", "One year of operation, rupees", "In lakh", "Rates")
    page.heads(heads, joined=((1, 3),))
    titles, names = city.declared.boq.file.heads, {}
    first = page.row
    for head in sorted({priced.line.head for priced in estimate.lines}):
        title = titles[head]  # type: ignore[index]  # heads of lines are those of the model
        page.text(0, head)
        page.text(1, title.title)
        page.wide(2, 3, title.title_hi, "hindi")
        for column, kind in ((AMOUNT, CAPITAL), (AMOUNT + 2, YEARLY)):
            chosen = [p for p in estimate.lines if p.line.head == head and p.line.yearly == (kind == YEARLY)]
            value = sum((p.without_gst for p in chosen), ZERO)
            where = f'boq_head,{absolute(page.row, 0)},boq_of,"{kind}"'
            page.formula(column, f"SUMIFS(boq_amount,{where})+SUMIFS(boq_spares,{where})", value, "money")
            page.formula(column + 1, f"{cell(page.row, column)}/{LAKH}", value / LAKH, "lakh")
        page.text(8, book.row_mark)
        names[head] = f"head_{head}"
        book.define(names[head], SHEET, page.row, AMOUNT)
        page.row += 1
    page.text(0, "All", "group")
    page.text(1, "All heads: base and spares", "group")
    page.wide(2, 3, "सभी शीर्ष", "group")
    for column, kind in ((AMOUNT, CAPITAL), (AMOUNT + 2, YEARLY)):
        value = sum((p.without_gst for p in estimate.lines if p.line.yearly == (kind == YEARLY)), ZERO)
        page.formula(column, f"SUM({cell(first, column)}:{cell(page.row - 1, column)})", value, "money", bold=True)
        page.formula(column + 1, f"{cell(page.row, column)}/{LAKH}", value / LAKH, "lakh", bold=True)
    page.text(8, book.row_mark, bold=True)
    page.row += 1
    page.rupees(first, page.row - 1, AMOUNT, 6)
    return names


def _steps(
    book: Book, page: Page, estimate: Estimate, heads: Mapping[str, str], figures: Figures, shares: Sequence[Shares]
) -> list[str]:
    """The cells with what the steps came to."""
    page.caption("Computation, in this order")
    page.heads(("No.", "Step", "Of", "Per cent", "Rupees", "In lakh", "Source", "", "Rates"), joined=((6, 7),))
    where = f'boq_works,"{IS_WORKS}",boq_of,"{CAPITAL}"'
    works = f"SUMIFS(boq_amount,{where})+SUMIFS(boq_spares,{where})"
    named = {"works": f"({works})", **heads}
    amounts = _amounts(estimate)
    first = page.row
    cells: list[str] = []
    for number, (done, share) in enumerate(zip(estimate.steps, shares, strict=True)):
        step, bold = done.step, done.step.does == "sum"
        of = plus(named[name] for name in step.of if name in named)
        page.serial(number + 1, bold=bold)
        page.text(1, step.name, bold=bold)
        page.text(2, _of(estimate.steps, number), bold=bold)
        _percent(page, step, share, of, sum((amounts.get(name, ZERO) for name in step.of), ZERO))
        page.formula(
            AMOUNT, _formula(estimate.steps, number, share, shares, of, cells), done.amount, "money", bold=bold
        )
        page.formula(5, f"{cell(page.row, AMOUNT)}/{LAKH}", done.amount / LAKH, "lakh", bold=bold)
        page.wide(6, 7, step.source or "", bold=bold)
        page.text(8, book.row_mark, bold=bold)
        cells.append(cell(page.row, AMOUNT))
        named[step.name], amounts[step.name] = cells[-1], done.amount
        page.row += 1
    page.rupees(first, page.row - 1, AMOUNT)
    at = next((n for n, done in enumerate(estimate.steps) if done.step.does == "sum"), 0)
    book.define(figures.name(CAPITAL_NAME), SHEET, first + at, AMOUNT)
    book.define(figures.name(TOTAL_NAME), SHEET, page.row - 1, AMOUNT)
    return cells


def _amounts(estimate: Estimate) -> dict[str, Decimal]:
    """What steps can be a share of, before the first of them: heads and works."""
    capital = [priced for priced in estimate.lines if not priced.line.yearly]
    amounts = {"works": sum((p.without_gst for p in capital if p.line.works), ZERO)}
    for priced in capital:
        amounts[priced.line.head] = amounts.get(priced.line.head, ZERO) + priced.without_gst
    return amounts


def _of(steps: Sequence[Done], number: int) -> str:
    """What a step is made of, in words without the figures, which may be changed."""
    step = steps[number].step
    if step.does in ("percent", "tiers"):
        return " + ".join(step.of)
    if step.does == "operation":
        return f"{step.years} years, sheet Operation"
    return {
        "base": "Σ quantity × rate × index", "spares": "Σ spares × rate × index", "gst": "Σ GST of lines and steps",
        "sum": " + ".join(done.step.name for done in steps[_last_sum(steps, number) : number]),
    }[step.does]  # fmt: skip


def _last_sum(steps: Sequence[Done], number: int) -> int:
    return max((at for at in range(number) if steps[at].step.does == "sum"), default=0)


def _percent(page: Page, step: Step, share: Shares, of: str, amount: Decimal) -> None:
    """The per cent of a step; of one with tiers that of the tier which holds for ``of``, now ``amount``."""
    if share.tiers:
        pct = ""
        for limit, name, _ in reversed(share.tiers):
            pct = f"IF(ROUND({of},2)<={limit},{name},{pct})" if pct else name
        page.formula(3, pct, tier_of(step, amount).pct, "percent")
    elif share.percent:
        page.formula(3, share.percent, step.pct or step.escalation_pct or 0, "percent")
    else:
        page.text(3, "")


def _formula(
    steps: Sequence[Done], number: int, share: Shares, shares: Sequence[Shares], of: str, cells: Sequence[str]
) -> str:
    """What the estimate does in this step, as a formula. ``cells`` are those of the steps before."""
    step = steps[number].step
    if step.does == "base":
        return f'ROUND(SUMIFS(boq_amount,boq_of,"{CAPITAL}"),2)'
    if step.does == "spares":
        return f'ROUND(SUMIFS(boq_spares,boq_of,"{CAPITAL}"),2)'
    if step.does == "percent":
        return f"ROUND(ROUND({of},2)*{share.percent}/100,2)"
    if step.does == "tiers":
        return _tiers(share, of)
    if step.does == "gst":
        own = [f"ROUND({at}*{each.gst}/100,2)" for at, each in zip(cells, shares, strict=False) if each.gst]
        lines = f'SUMIFS(boq_gst,boq_of,"{CAPITAL}")'
        return f"ROUND({plus((lines, *own))},2)"
    if step.does == "operation":
        return OPERATION_NAME
    return f"ROUND({plus(cells[_last_sum(steps, number) :])},2)"


def _tiers(share: Shares, of: str) -> str:
    formula = ""
    for limit, pct, least in reversed(share.tiers):
        part = f"ROUND(ROUND({of},2)*{pct}/100,2)"
        part = f"IF(({of})=0,0,MAX({part},{least}))" if least else part
        formula = f"IF(ROUND({of},2)<={limit},{part},{formula})" if formula else part
    return formula


def _total(page: Page, estimate: Estimate) -> None:
    total = estimate.total
    page.row += 1
    page.text(1, "Total", "group")
    page.text(2, "", "group")
    page.text(3, "", "group")
    page.formula(AMOUNT, TOTAL_NAME, total, "money", bold=True)
    page.formula(5, f"{TOTAL_NAME}/{CRORE}", total / CRORE, "crore")
    page.row += 1
    changed = "the figures were changed: the words held for what this workbook was written with"
    for said in (english(total), hindi(total)):
        formula = f'IF(ROUND({TOTAL_NAME},2)={total},"{said}","{changed}")'
        page.formula(1, formula, said, "plain", font_name="Nirmala UI", bold=True)
        page.row += 1
