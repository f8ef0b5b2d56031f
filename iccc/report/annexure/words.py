"""The words of an annexure in one language, from ``words.yaml`` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import Field

from iccc.errors import DeclarationError
from iccc.yamlfile import Document, Strict

Language = Literal["en", "hi"]
LANGUAGES: tuple[Language, ...] = ("en", "hi")


class Said(Strict):
    en: str
    hi: str


class WordsFile(Strict):
    schema_: Literal["words/v1"] = Field(alias="schema")
    words: dict[str, Said]
    families: dict[str, Said]
    sizing_hi: dict[str, str]


@dataclass(frozen=True)
class Words:
    """``words("total")``; ``words("page", page=1)`` fills in."""

    language: Language
    _words: Mapping[str, Said]
    _families: Mapping[str, Said]
    _sizing_hi: Mapping[str, str]

    def __call__(self, key: str, **filled: object) -> str:
        text: str = getattr(self._words[key], self.language)
        for name, value in filled.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def family(self, name: str) -> str:
        said: str = getattr(self._families[name], self.language)
        return said

    def about(self, name: str, english: str) -> str:
        """What a result of sizing is."""
        return self._sizing_hi.get(name, english) if self.language == "hi" else english

    def either(self, english: str, hindi: str | None) -> str:
        """The data's own words; English where there is no Hindi."""
        return hindi if self.language == "hi" and hindi else english


@cache
def _file() -> WordsFile:
    document = Document("words.yaml", (files("iccc.report.annexure") / "words.yaml").read_text(encoding="utf-8"))
    file = document.parse(WordsFile)
    if file is None:
        raise DeclarationError(document.mistakes)
    return file


def words(language: Language) -> Words:
    file = _file()
    return Words(language, file.words, file.families, file.sizing_hi)
