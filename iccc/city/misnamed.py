"""A name that is misspelt where it is declared: one mistake there, instead of one at every place that asks for it."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from iccc.errors import Mistake
from iccc.yamlfile import Document

_SIMILAR = 0.6  # as difflib has it


def gathered(mistakes: Sequence[Mistake], documents: Iterable[Document]) -> list[Mistake]:
    """The mistakes, those gathered that a single misspelt name explains.

    That is so where several places ask for a word that is declared nowhere, and a similar word is declared that no
    place asks for. With one place only it cannot be told which of the two is wrong, and the mistake stays there.
    """
    declared: dict[str, str] = {}  # name: where
    asked: Counter[str] = Counter()
    words: dict[str, str] = {}  # where: the word that stands there
    for document in documents:
        for path, value in document.entries():
            if isinstance(key := path[-1], str):
                declared.setdefault(key, str(document.where_key(*path)))
            if not isinstance(value, str):
                continue
            place, word = str(document.where(*path)), value.partition(" ")[0]  # of "switch port" the switch
            if key == "name":
                declared.setdefault(value, place)
            else:
                words[place] = word
                asked[word] += 1
    places: dict[str, list[Mistake]] = defaultdict(list)
    for mistake in mistakes:
        asked_word = words.get(mistake.where)
        if asked_word and f"{asked_word!r} is not " in mistake.text:
            places[asked_word].append(mistake)
    result = list(mistakes)
    for word, told in places.items():
        listed = re.split(r" is not (?:one of )?|There are ", told[0].text)[-1]
        allowed = set(re.findall(r"[\w-]+", listed))
        name = _most_similar(word, [name for name in allowed & declared.keys() if not asked[name]])
        if len(told) > 1 and name:
            text = f"{name!r} is asked for nowhere, but {word!r} is at {len(told)} places, first at {told[0].where}"
            explained = set(told)
            result = [mistake for mistake in result if mistake not in explained]
            result.append(Mistake(declared[name], f"{text}; did you mean {word!r}?"))
    return result


def _most_similar(word: str, names: Sequence[str]) -> str | None:
    """The name that resembles a word, if one does more than all others."""
    ratios = sorted((difflib.SequenceMatcher(None, name, word).ratio(), name) for name in names)
    if not ratios or ratios[-1][0] < _SIMILAR or (len(ratios) > 1 and ratios[-2][0] == ratios[-1][0]):
        return None
    return ratios[-1][1]
