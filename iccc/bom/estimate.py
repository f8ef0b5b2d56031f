"""A priced estimate: amounts of lines, and the steps of ``estimate.yaml`` in their order, exact to the paisa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from iccc.bom.lines import Bill, BomLine
from iccc.bom.money import ZERO, exact, grouped, share, to_paisa
from iccc.bom.rates import FAKE, Rate, RateCard
from iccc.city.model.boq import EstimateFile, FinancialYears, Milestone, Step, Tier


@dataclass(frozen=True)
class Priced:
    """A line with its amounts. ``rate`` is None where the card has none: amounts are zero then, and a flag says it."""

    line: BomLine
    rate: Decimal | None
    basis: str
    card: Rate | None
    amount: Decimal
    spares_amount: Decimal
    gst: Decimal
    flag: str  # "", "no rate", "old rate", "rate without a date"

    @property
    def without_gst(self) -> Decimal:
        return self.amount + self.spares_amount

    @property
    def total(self) -> Decimal:
        return self.without_gst + self.gst


@dataclass(frozen=True)
class Done:
    """A step, what it came to, and how in words."""

    step: Step
    amount: Decimal
    how: str


@dataclass(frozen=True)
class Year:
    """What operation costs in a year, 1 for the first."""

    number: int
    amount: Decimal
    gst: Decimal

    @property
    def total(self) -> Decimal:
        return self.amount + self.gst


@dataclass(frozen=True)
class Payment:
    milestone: Milestone
    amount: Decimal


@dataclass(frozen=True)
class FinancialYear:
    """What is to be paid from April of ``first`` to March."""

    first: int
    capital: Decimal
    operation: Decimal

    @property
    def name(self) -> str:
        """``2027-28``."""
        return f"{self.first}-{(self.first + 1) % 100:02}"

    @property
    def total(self) -> Decimal:
        return self.capital + self.operation


@dataclass(frozen=True)
class Estimate:
    """Lines, steps in their order, years, payments. ``total`` is what the last step came to."""

    lines: tuple[Priced, ...]
    steps: tuple[Done, ...]
    years: tuple[Year, ...]
    payments: tuple[Payment, ...]
    financial_years: tuple[FinancialYear, ...]
    card: RateCard

    @property
    def total(self) -> Decimal:
        return self.steps[-1].amount

    @property
    def capital(self) -> Decimal:
        return _capital(self.steps)

    def flagged(self, flag: str) -> list[Priced]:
        return [priced for priced in self.lines if priced.flag == flag]


def estimate(bill: Bill, card: RateCard, rules: EstimateFile, today: date) -> Estimate:
    """The estimate of a bill with the rates of a card."""
    by_rate = [_priced(line, card, rules, today) for line in bill.lines if not line.percent_of]
    lines = by_rate + [_percent(line, by_rate, card) for line in bill.lines if line.percent_of]
    order = {id(line): number for number, line in enumerate(bill.lines)}
    lines.sort(key=lambda priced: order[id(priced.line)])
    years = _years(lines, rules)
    steps = _steps(lines, years, rules)
    capital = _capital(steps)
    payments = _payments(capital, rules.milestones)
    financial = _financial_years(capital, years, rules.financial_years) if rules.financial_years else []
    return Estimate(tuple(lines), tuple(steps), tuple(years), payments, tuple(financial), card)


def _capital(steps: Sequence[Done]) -> Decimal:
    """What the first sum came to; the first step where none is a sum."""
    return next((done.amount for done in steps if done.step.does == "sum"), steps[0].amount)


def _priced(line: BomLine, card: RateCard, rules: EstimateFile, today: date) -> Priced:
    rate = card.rates.get(line.item)
    if rate is None:
        return Priced(line, None, "", None, ZERO, ZERO, ZERO, "no rate")
    amount, spares = to_paisa(line.quantity * rate.effective), to_paisa(line.spares * rate.effective)
    old = rate.is_old(today, rules.rate_days)
    flag = "rate without a date" if old is None else "old rate" if old else ""
    gst = share(amount + spares, line.gst_pct)
    return Priced(line, rate.effective, rate.said, rate, amount, spares, gst, flag)


def _percent(line: BomLine, others: Sequence[Priced], card: RateCard) -> Priced:
    """A line that is a share of the amounts of heads, in its own phase."""
    of = sum(
        (
            p.amount
            for p in others
            if p.line.head in line.percent_of and p.line.phase == line.phase and not p.line.yearly
        ),
        ZERO,
    )
    amount = share(of, line.percent)
    gst = share(amount, line.gst_pct)
    basis = f"{FAKE}: {line.derivation}" if card.fake else line.derivation
    return Priced(line, amount, basis, None, amount, ZERO, gst, "")


def _steps(lines: Sequence[Priced], years: Sequence[Year], rules: EstimateFile) -> list[Done]:
    capital = [priced for priced in lines if not priced.line.yearly]
    named = {"works": sum((p.without_gst for p in capital if p.line.works), ZERO)}
    for priced in capital:
        named[priced.line.head] = named.get(priced.line.head, ZERO) + priced.without_gst
    done: list[Done] = []
    for step in rules.steps:
        amount, how = _step(step, capital, years, named, done)
        named[step.name] = amount
        done.append(Done(step, amount, how))
    return done


def _step(
    step: Step, capital: Sequence[Priced], years: Sequence[Year], named: dict[str, Decimal], done: Sequence[Done]
) -> tuple[Decimal, str]:
    of = sum((named.get(name, ZERO) for name in step.of), ZERO)
    words = " + ".join(step.of)
    if step.does == "base":
        return sum((p.amount for p in capital), ZERO), "Σ quantity × rate of all lines but yearly ones"
    if step.does == "spares":
        return sum((p.spares_amount for p in capital), ZERO), "Σ spares × rate of these lines"
    if step.does == "percent":
        assert step.pct is not None
        return share(of, step.pct), f"{step.pct:g} % of {words}"
    if step.does == "tiers":
        return _tier(step, of, words)
    if step.does == "gst":
        own = [(each, share(each.amount, each.step.gst_pct)) for each in done if each.step.gst_pct is not None]
        amount = sum((p.gst for p in capital), ZERO) + sum((gst for _, gst in own), ZERO)
        more = "".join(f", and {each.step.gst_pct:g} % of {each.step.name}" for each, _ in own)
        return amount, f"Σ GST of each line at its own rate{more}"
    if step.does == "operation":
        return sum((year.total for year in years), ZERO), (
            f"{step.years} years of the yearly lines with their GST, {step.escalation_pct:g} % more each year"
        )
    last = max((at for at, each in enumerate(done) if each.step.does == "sum"), default=0)
    parts = done[last:]
    return sum((each.amount for each in parts), ZERO), " + ".join(each.step.name for each in parts)


def tier_of(step: Step, of: Decimal) -> Tier:
    """The tier that holds for an amount."""
    return next(tier for tier in step.tiers if tier.up_to is None or of <= tier.up_to)


def _tier(step: Step, of: Decimal, words: str) -> tuple[Decimal, str]:
    tier = tier_of(step, of)
    amount = share(of, tier.pct)
    how = f"{tier.pct:g} % of {words}"
    if of and amount < tier.least:
        return to_paisa(Decimal(tier.least)), f"{how}, but at least {grouped(Decimal(tier.least))}"
    return amount, how


def _years(lines: Sequence[Priced], rules: EstimateFile) -> list[Year]:
    step = next((step for step in rules.steps if step.does == "operation"), None)
    if step is None:
        return []
    assert step.years is not None
    assert step.escalation_pct is not None
    yearly = [priced for priced in lines if priced.line.yearly]
    years = []
    for number in range(1, step.years + 1):
        factor = (1 + exact(step.escalation_pct) / 100) ** (number - 1)
        amount = sum((to_paisa(p.amount * factor) for p in yearly), ZERO)
        gst = sum((share(to_paisa(p.amount * factor), p.line.gst_pct) for p in yearly), ZERO)
        years.append(Year(number, amount, gst))
    return years


def _payments(capital: Decimal, milestones: Sequence[Milestone]) -> tuple[Payment, ...]:
    parts = _parts(capital, [milestone.pct for milestone in milestones])
    return tuple(Payment(milestone, part) for milestone, part in zip(milestones, parts, strict=True))


def _parts(amount: Decimal, percents: Sequence[float]) -> list[Decimal]:
    """Shares that come to the amount: the last one takes what rounding leaves."""
    parts = [share(amount, percent) for percent in percents[:-1]]
    return [*parts, amount - sum(parts, ZERO)] if percents else []


def _financial_years(capital: Decimal, years: Sequence[Year], rules: FinancialYears) -> list[FinancialYear]:
    """Years from the first with capital to the last with operation; between them some may have nothing."""
    parts = dict(enumerate(_parts(capital, rules.capital_pct), rules.first))
    operation = {rules.operation_from + year.number - 1: year.total for year in years}
    last = max([*parts, *operation])
    return [
        FinancialYear(first, parts.get(first, ZERO), operation.get(first, ZERO))
        for first in range(rules.first, last + 1)
    ]
