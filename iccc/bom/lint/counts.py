"""What is counted more than once: items that stand twice, and numbers that differ from table to table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from unicodedata import normalize

from iccc.bom.lint.finding import Finding
from iccc.bom.lint.rows import Bill, Line, Table
from iccc.city.model.lint import LintFile
from iccc.rules.rule import Outcome
from iccc.schedule.heads import plain

ALIKE = 0.8  # share of words that two descriptions have in common, from which on a person should look
FEW = 3  # words below which likeness says nothing
_BARE = {"of", "with", "the", "and", "for", "a", "an", "in", "to", "or", "per", "including", "as", "x", "by"}
_UNIT = re.compile(r"(?<=\d)\s+(?=(?:mp|k?va|v|ah|k?wh?|[km]?m|[gt]b|u|inch(?:es)?|h|hrs?|hours?)\b)")  # 4 MP is 4MP
_BARE |= {"supply", "providing", "complete", "का", "की", "के", "और", "सहित", "एवं"}


def counts(bill: Bill, known: LintFile) -> Iterator[Finding]:
    """Twice in a table, differing between tables, and what is counted by name."""
    for table in bill.tables:
        yield from _twice(table)
    yield from _differing(bill)
    yield from _counted(bill, known)


def words_of(line: Line) -> frozenset[str]:
    """The words of a description, without those that say nothing, one for one: ``inch`` and ``inches`` are alike."""
    text = re.sub(r"(?<=\d)\s*[x×*]\s*(?=\d)", "x", normalize("NFC", line.description).casefold())  # 3 x 2 is one word
    text = _UNIT.sub("", text)
    words = re.findall(r"[^\W_]+(?:(?<=[0-9])\.[0-9]+)?", text)
    return frozenset(word.removesuffix("s") if len(word) > 3 else word for word in words if word not in _BARE)


def _twice(table: Table) -> Iterator[Finding]:
    by_item: dict[tuple[str, str], Line] = {}
    by_words: dict[tuple[frozenset[str], str, str], Line] = {}
    kept: list[tuple[frozenset[str], Line]] = []
    for line in table.positions:
        item = (line.item.casefold(), line.part)
        numbered = bool(re.search(r"[.\-/]|[a-z]", item[0])) and bool(line.item)  # 1, 2, 3 begin anew in each part
        words = words_of(line)
        same = (words, plain(line.unit), line.part)
        first = by_item.get(item) if numbered else None
        if first is not None:
            text = f"item {line.item} stands here twice, first at {first.at('item')} ({_quantities(first, line)})"
            yield line.finding("listed-twice", Outcome.FAIL, "item", text)
        elif words and (first := by_words.get(same)) is not None:
            text = f"{line.name} is listed twice, first at {first.at('description')} ({_quantities(first, line)})"
            yield line.finding("listed-twice", Outcome.FAIL, "description", text)
        elif (near := _alike(words, line, kept)) is not None:
            text = f"{line.name} is like {near.name} at {near.at('description')} ({_quantities(near, line)})"
            yield line.finding("listed-twice", Outcome.WARN, "description", text)
        by_item.setdefault(item, line)
        by_words.setdefault(same, line)
        kept.append((words, line))


def _alike(words: frozenset[str], line: Line, others: Sequence[tuple[frozenset[str], Line]]) -> Line | None:
    """One that has most of the words too, and the same figures: 4 MP and 8 MP are two things."""
    if len(words) < FEW:
        return None
    figures = {word for word in words if re.search(r"\d", word)}
    for other, first in others:
        if first.part != line.part or plain(first.unit) != plain(line.unit):
            continue
        if len(words & other) >= ALIKE * len(words | other) and not (words ^ other) & {
            word for word in words | other if re.search(r"\d", word)
        }:
            return first if figures or words != other else None
    return None


def _quantities(first: Line, second: Line) -> str:
    same = first.quantity == second.quantity
    return f"{first.quantity} both times" if same else f"{first.quantity} there, {second.quantity} here"


def _differing(bill: Bill) -> Iterator[Finding]:
    """Items whose quantities come to one number in one table and to another in another one."""
    sums: dict[frozenset[str], dict[int, tuple[Decimal, Line]]] = defaultdict(dict)
    for number, table in enumerate(bill.tables):
        for line in table.positions:
            words = words_of(line)
            if words and line.quantity is not None:
                before, first = sums[words].get(number, (Decimal(0), line))
                sums[words][number] = (before + line.quantity, first)
    for tables in sums.values():
        (_, (reference, line)), *others = tables.items()
        for _, (quantity, other) in others:
            if quantity != reference:
                text = f"{other.name}: {quantity:f} here, {reference:f} at {line.at('quantity')}"
                yield other.finding("quantity-differs", Outcome.FAIL, "quantity", text)


def _counted(bill: Bill, known: LintFile) -> Iterator[Finding]:
    """Rows that name the same sort of thing, and count it differently."""
    beside = [plain(word) for word in known.words["beside_counted"]]
    for sort, words in known.counted.items():
        rows = [line for line in bill.positions if named(line, words) and not named(line, beside)]
        by_words = {words_of(line): line for line in reversed(rows)}  # the same words are told as differing already
        lines = list(reversed(list(by_words.values())))
        for line in lines[1:]:
            if line.quantity != lines[0].quantity and plain(line.unit) == plain(lines[0].unit):
                text = f"{sort} are {line.quantity:f} here, {lines[0].quantity:f} at {lines[0].at('quantity')}"
                yield line.finding("count-contradicts", Outcome.WARN, "quantity", text)


def named(line: Line, words: Sequence[str]) -> bool:
    """Whether a description has one of the words in it."""
    text = plain(line.description)
    return any(re.search(rf"(?<!\w){re.escape(plain(word))}(?:s|es)?(?!\w)", text) for word in words)
