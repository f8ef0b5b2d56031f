"""A mistake at a known line of the shipped files is the first thing that is said, at that line."""

from __future__ import annotations

import faulthandler
import multiprocessing
import random
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from iccc.city.load import Files, city_names, paths, read_file
from iccc.city.schema import json_schema
from iccc.errors import DeclarationError, Mistake
from iccc.yamlfile import Document
from tests.city.mutations import SORTS, File, Mutation

ROOT = Path(__file__).parents[2]
SEED = 20261122
CASE_S = 120  # a case takes 0.05 s, on a busy machine seconds; a worker that hangs in one ends with its stack printed
CHUNK = 50
FIRST_AT_ITS_LINE = 0.99
STILL_VALID = 0.01


class City(NamedTuple):
    """A shipped city: its documents, and its files by folder or name, so that each kind is mutated as often."""

    key: str
    documents: dict[str, Document | list[Mistake]]
    kinds: list[list[File]]
    words: frozenset[str]
    asked: Counter[tuple[str, str]]


class Outcome(NamedTuple):
    sort: str
    result: str  # hit, miss, valid, or the name of an exception
    what: str


@cache
def shipped() -> list[City]:
    return [_city(key) for key in city_names(ROOT)]


def _city(key: str) -> City:
    documents: dict[str, Document | list[Mistake]] = {}
    kinds: dict[str, list[File]] = {}
    for path in paths(ROOT, key):
        name = path.relative_to(ROOT).as_posix()
        documents[name] = read_file(ROOT, path)
        text = path.read_text(encoding="utf-8")
        kind = yaml.safe_load(text)["schema"].partition("/")[0]
        kinds.setdefault(kind, []).append(File(name, text, json_schema(kind)))
    files = [file for same in kinds.values() for file in same]
    asked: Counter[tuple[str, str]] = Counter()
    for file in files:
        asked.update(file.asked())
    return City(key, documents, list(kinds.values()), frozenset().union(*(file.words() for file in files)), asked)


def draw(number: int) -> tuple[City, Mutation]:
    """The mutation of a number: always the same for the same files."""
    rng = random.Random(f"{SEED} {number}")
    while True:
        city = rng.choice(shipped())
        file = rng.choice(rng.choice(city.kinds))
        if mutation := file.mutate(SORTS[number % len(SORTS)], rng, city.words, city.asked):
            return city, mutation


def judge(city: City, mutation: Mutation) -> Outcome:
    files = Files(city.key)
    for name, document in city.documents.items():
        files.add(name, Document(name, mutation.text) if name == mutation.file else document)
    said, result = "", "valid"
    try:
        files.city()
    except DeclarationError as error:
        said = str(error).partition("\n")[0]
        result = "hit" if said.startswith(f"{mutation.file}:{mutation.line}:") else "miss"
    except Exception as error:  # noqa: BLE001  # what must never happen is counted, not the end of the campaign
        result, said = type(error).__name__, str(error)
    return Outcome(mutation.sort, result, f"{mutation.file}:{mutation.line} {mutation.what}\n    {said[:200]}")


def judged(numbers: Iterable[int]) -> list[Outcome]:
    outcomes = []
    shipped()  # before the clock runs: all cities are loaded here
    for number in numbers:
        faulthandler.dump_traceback_later(CASE_S, exit=True)
        outcomes.append(judge(*draw(number)))
    faulthandler.cancel_dump_traceback_later()
    return outcomes


def campaign(count: int) -> None:
    chunks = [range(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        outcomes = [outcome for chunk in pool.map(judged, chunks) for outcome in chunk]
    table = Counter((outcome.sort, outcome.result) for outcome in outcomes)
    results = sorted({outcome.result for outcome in outcomes})
    for sort in SORTS:
        print(f"{sort:12}", *(f"{result} {table[sort, result]}" for result in results))
    share = Counter(outcome.result for outcome in outcomes)
    print(f"first message at its line: {share['hit'] / count:.4f}; still valid: {share['valid'] / count:.4f}")
    others = "\n".join(f"{outcome.result}: {outcome.what}" for outcome in outcomes if outcome.result != "hit")
    print(others)
    assert set(share) <= {"hit", "miss", "valid"}, others
    assert share["valid"] < STILL_VALID * count, others
    assert share["hit"] >= FIRST_AT_ITS_LINE * count, others


def test_mutations_are_the_same_each_time() -> None:
    assert [draw(number)[1] for number in range(30)] == [draw(number)[1] for number in range(30)]


def test_a_mistake_is_said_first_and_at_its_line() -> None:
    campaign(200)


@pytest.mark.long
def test_a_mistake_is_said_first_and_at_its_line_in_a_long_campaign() -> None:
    campaign(10_000)
