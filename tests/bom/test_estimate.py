"""An estimate: reckoned by hand, by another way, and in another order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iccc.bom.estimate import Estimate, estimate
from iccc.bom.lines import Bill, BomLine, bill
from iccc.bom.rates import Rate, RateCard, read_card
from iccc.city.model.boq import EstimateFile, FinancialYears, Milestone, Step, Tier
from tests.sizing.cities import CARD_HEADS, ROOT, shipped

TODAY = date(2026, 11, 30)
CITY = shipped("sagar")
RULES = CITY.declared.estimate.file
DEMO = read_card(ROOT / "catalogue/rates/demo-FAKE.csv", CARD_HEADS, CITY)
SHIPPED = bill(CITY, list(CITY.inventory()))


def line(item: str, quantity: int, spares: int = 0, **more: object) -> BomLine:
    known: dict[str, object] = {
        "item": item, "head": item[0], "device_type": "", "description": item, "phase": "one", "unit": "no.",
        "code": "", "quantity": quantity, "spares": spares, "derivation": "", "sources": (),
        "specification": "", "gst_pct": 18,
    }  # fmt: skip
    return BomLine(**{**known, **more})  # type: ignore[arg-type]


def card(**rates: str) -> RateCard:
    return RateCard(
        "own.csv", {item.replace("_", "."): rate(item.replace("_", "."), text) for item, text in rates.items()}
    )


def rate(item: str, text: str, basis: str = "SOR", index: str = "1") -> Rate:
    return Rate(item, Decimal(text), basis, "", Decimal(index), TODAY, "own.csv:2:4")


def steps(made: Estimate) -> dict[str, str]:
    return {done.step.name: str(done.amount) for done in made.steps}


def test_by_hand() -> None:
    """Ten cameras at 12,345.67 with one spare, 100 m of trench at 250.50, maintenance at 10 % of cameras a year."""
    lines = (
        line("A.1.1", 10, 1),
        line("B.6.2", 100, works=True),
        line("B.4.3", 2, gst_pct=0),
        line("K.1.1", 1, yearly=True, percent_of=("A",), percent=10.0),
        line("K.3.1", 1000, yearly=True, gst_pct=0),
    )
    rules = EstimateFile(
        schema="estimate/v1", gst_pct=18, rate_days=365,
        steps=(
            Step(name="base", does="base"),
            Step(name="spares", does="spares"),
            Step(name="contingency", does="percent", of=("base", "spares"), pct=5),
            Step(name="cess", does="percent", of=("works",), pct=1),
            Step(name="fee", does="percent", of=("A",), pct=2, gst_pct=18),
            Step(name="GST", does="gst"),
            Step(name="capital", does="sum"),
            Step(name="operation", does="operation", years=2, escalation_pct=5),
            Step(name="total", does="sum"),
        ),
        milestones=(Milestone(when="first", pct=33.33), Milestone(when="last", pct=66.67)),
        financial_years=FinancialYears(first=2098, capital_pct=(70, 30), operation_from=2100),
    )  # fmt: skip
    made = estimate(Bill(lines, ()), card(A_1_1="12345.67", B_6_2="250.50", B_4_3="1500", K_3_1="8.25"), rules, TODAY)
    assert steps(made) == {
        "base": "151506.70",  # 123,456.70 + 25,050.00 + 3,000.00
        "spares": "12345.67",
        "contingency": "8192.62",  # 5 % of 163,852.37 is 8,192.6185
        "cess": "250.50",
        "fee": "2716.05",  # 2 % of 135,802.37 is 2,716.0474
        "GST": "29442.32",  # 18 % of 135,802.37 is 24,444.4266; of 25,050 is 4,509.00; of the fee is 488.889
        "capital": "204453.86",
        "operation": "46776.67",  # (12,345.67 + 2,222.22 + 8,250.00) and (12,962.95 + 2,333.33 + 8,662.50)
        "total": "251230.53",
    }
    assert [str(year.total) for year in made.years] == ["22817.89", "23958.78"]
    assert [str(payment.amount) for payment in made.payments] == ["68144.47", "136309.39"]
    assert [(f.name, str(f.capital), str(f.operation)) for f in made.financial_years] == [
        ("2098-99", "143117.70", "0.00"),
        ("2099-00", "61336.16", "0.00"),
        ("2100-01", "0.00", "22817.89"),
        ("2101-02", "0.00", "23958.78"),
    ]
    assert (made.capital, made.total) == (Decimal("204453.86"), Decimal("251230.53"))


@pytest.mark.parametrize(
    ("base", "contingency", "how"),
    [
        (0, "0.00", "3 % of base"),
        (5_000_000, "250000.00", "5 % of base"),
        (10_000_000, "500000.00", "5 % of base"),
        (10_000_001, "500000.00", "3 % of base, but at least 5,00,000.00"),
        (20_000_000, "600000.00", "3 % of base"),
    ],
)
def test_contingency_of_cpwd(base: int, contingency: str, how: str) -> None:
    """5 % up to 1 crore, 3 % above, at least 5 lakh."""
    tiers = (Tier(up_to=10_000_000, pct=5), Tier(pct=3, least=500_000))
    rules = EstimateFile(
        schema="estimate/v1", gst_pct=18, rate_days=365,
        steps=(
            Step(name="base", does="base"),
            Step(name="contingency", does="tiers", of=("base",), tiers=tiers),
        ),
    )  # fmt: skip
    made = estimate(Bill((line("A.1.1", 1),), ()), card(A_1_1=str(base)), rules, TODAY)
    assert str(made.steps[1].amount) == contingency
    assert made.steps[1].how == how or base == 0


def by_another_way(made: Bill, rates: Mapping[str, Rate], rules: EstimateFile) -> Fraction:
    """The total of the shipped rules in exact fractions: no rounding at all."""

    def priced(each: BomLine, count: int) -> Fraction:
        return (
            count * Fraction(rates[each.item].rate) * Fraction(rates[each.item].index)
            if each.item in rates
            else Fraction(0)
        )

    capital = [each for each in made.lines if not each.yearly]
    base = sum((priced(each, each.quantity) for each in capital), Fraction(0))
    spares = sum((priced(each, each.spares) for each in capital), Fraction(0))
    works = sum((priced(each, each.quantity + each.spares) for each in capital if each.works), Fraction(0))
    both = base + spares
    contingency = both * 5 / 100 if both <= 10**7 else max(both * 3 / 100, Fraction(500_000))
    fee = both * 2 / 100
    gst = sum(
        (priced(each, each.quantity + each.spares) * Fraction(str(each.gst_pct)) / 100 for each in capital), Fraction(0)
    )
    total = both + contingency + works / 100 + fee + gst + fee * 18 / 100
    for year in range(5):
        factor = Fraction(105, 100) ** year
        for each in (each for each in made.lines if each.yearly):
            amount = priced(each, each.quantity)
            if each.percent_of:
                heads = (o for o in capital if o.head in each.percent_of and o.phase == each.phase)
                amount = sum((priced(o, o.quantity) for o in heads), Fraction(0)) * Fraction(str(each.percent)) / 100
            total += amount * factor * (1 + Fraction(str(each.gst_pct)) / 100)
    return total


@pytest.mark.parametrize("key", ["bilaspur", "kanpur", "jhansi", "sagar"])
def test_the_total_is_that_of_exact_fractions(key: str) -> None:
    city = shipped(key)
    made = bill(city, list(city.inventory()))
    total = estimate(made, DEMO, RULES, TODAY).total
    exact = by_another_way(made, DEMO.rates, RULES)
    assert abs(Fraction(total) - exact) < Fraction(len(made.lines) * 15, 200)  # half a paisa a rounding
    assert total > 10**7


@settings(max_examples=15, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(DEMO.rates)), st.decimals(0, 10**7, places=2), min_size=1), st.data())
def test_any_rates(rates: dict[str, Decimal], data: st.DataObject) -> None:
    """Sums add up to the paisa, a higher rate never lowers the total, and what has no rate is flagged."""
    known = {item: rate(item, str(value)) for item, value in rates.items()}
    made = estimate(SHIPPED, RateCard("own.csv", known), RULES, TODAY)
    by_name = {done.step.name: done.amount for done in made.steps}
    assert made.total == by_name["capital expenditure"] + by_name["operation"]
    capital = ("base", "spares", "contingency", "labour cess", "project management", "GST")
    assert by_name["capital expenditure"] == sum(by_name[name] for name in capital)
    assert sum(payment.amount for payment in made.payments) == made.capital
    assert sum(year.total for year in made.financial_years) == made.total
    assert all(amount == amount.quantize(Decimal("0.01")) for amount in by_name.values())
    without = {p.line.item for p in made.lines if not p.line.percent_of} - set(known)
    assert {priced.line.item for priced in made.flagged("no rate")} == without
    dearer = data.draw(st.sampled_from(sorted(known)))
    more = {**known, dearer: rate(dearer, str(rates[dearer] + 1))}
    assert estimate(SHIPPED, RateCard("own.csv", more), RULES, TODAY).total >= made.total


def test_a_cost_index_multiplies_the_rate() -> None:
    own = RateCard("own.csv", {"A.1.1": rate("A.1.1", "1000", index="1.0825")})
    made = estimate(Bill((line("A.1.1", 3),), ()), own, RULES, TODAY)
    assert (made.lines[0].rate, made.lines[0].amount) == (Decimal("1082.50"), Decimal("3247.50"))


def test_the_order_of_steps_decides() -> None:
    """Contingency on GST too, where a department wants it so."""
    later = (
        Step(name="base", does="base"),
        Step(name="GST", does="gst"),
        Step(name="more", does="percent", of=("base", "GST"), pct=10),
    )
    rules = EstimateFile(schema="estimate/v1", gst_pct=18, rate_days=365, steps=later)
    made = estimate(Bill((line("A.1.1", 1),), ()), card(A_1_1="100"), rules, TODAY)
    assert steps(made) == {"base": "100.00", "GST": "18.00", "more": "11.80"}


def test_flags() -> None:
    rates = {
        "A.1.1": rate("A.1.1", "1"),
        "A.1.2": Rate("A.1.2", Decimal(1), "GeM", "", Decimal(1), date(2025, 1, 1), "own.csv:3:4"),
        "A.2.1": Rate("A.2.1", Decimal(1), "quotation", "", Decimal(1), None, "own.csv:4:4"),
    }
    lines = tuple(line(item, 1) for item in ("A.1.1", "A.1.2", "A.2.1", "A.2.2"))
    made = estimate(Bill(lines, ()), RateCard("own.csv", rates), RULES, TODAY)
    assert [priced.flag for priced in made.lines] == ["", "old rate", "rate without a date", "no rate"]
    assert made.lines[3].total == 0
