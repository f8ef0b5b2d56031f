"""What counts as personal data in the texts of a declaration, and as an attribute of a community in a hot spot's."""

from __future__ import annotations

from contextlib import suppress

import pytest
from pydantic import TypeAdapter, ValidationError

from iccc.city.model.common import Text, Title
from iccc.city.model.places import PlaceText

TEXT: TypeAdapter[str] = TypeAdapter(Text)
PLACE: TypeAdapter[str] = TypeAdapter(PlaceText)
TITLE: TypeAdapter[str] = TypeAdapter(Title)

TELEPHONE = (
    "call 9876543210",
    "98765 43210",
    "9876 543 210",
    "987-654-3210",
    "09876543210",
    "098765 43210",
    "+91 98765 43210",
    "+91-9876543210",
    "0512-2345678",
    "0512 234 5678",
    "(0512) 2345678",
    "07752–234567",
    "+91 512 2345678",
    "९८७६५ ४३२१०",
    "०५१२-२३४५६७८",
)
IDENTITY = ("1234 5678 9012", "123456789012", "१२३४-५६७८-९०१२", "ABCDE1234F", "abcde1234f", "PAN: abcde1234f.")
ADDRESS = ("clerk@example.in", "write to a.b+c@mail.example.org", "name@okbank", "9-a@upi")
NAME = (
    "Dr. Verma",
    "dr. verma",
    "DR.VERMA",
    "Dr Verma",
    "SHRI RAM",
    "Shri. Ram",
    "house of smt. Devi",
    "Mr Rao",
    "MRS. RAO",
    "Ms. Rao",
    "Ms Rao",
    "Kumari Gita",
    "श्री राम",
    "श्रीमती देवी",
    "सुश्री गीता",
    "कु. गीता",
    "कु॰ गीता",
    "कुमारी गीता",
    "डॉ. वर्मा",
    "डा. वर्मा",
)
IMPERSONAL = (
    "Naidunia, 29 Jul 2025",
    "As of 2023-02-06; 2,000 cameras by 2026-07-01",
    "5,000 within a month, 1,841 itemised, 3,159 not",
    "10.92.0.11 is sgr-core1's",
    "IS 13252-1 (BIS)",
    "Coordinates 26.449923 and 80.331871",
    "Serial REC-0001, item A.1.2, HSN 85258900",
    "Answers in 5 ms at most, at 25 fps",
    "A DR site stands by",
    "Sri Lanka",
    "Sanjay Drive",
    "Kanyakumari",
    "Shriram Colony",
    "श्रीनगर कॉलोनी",
    "कुल 523 कैमरे",
    "जयश्री टॉकीज",
    "4 MP @ 25 fps",
    "Token knp-ms-0001 of head medical-stores",
)

COMMUNITY = (
    "Minority quarter",
    "minorities",
    "Muslims live here",
    "a Hindu street",
    "Hindus",
    "Sikhs and Christians",
    "Jain colony",
    "Adivasi basti",
    "a matter of castes",
    "tribal area",
    "religious feelings",
    "community tension",
    "communities",
    "muslims-quarter",
    "मुसलमान",
    "मुसलमानों का मोहल्ला",
    "मुस्लिम बहुल",
    "हिंदू मोहल्ला",
    "हिन्दुओं का",
    "दलित बस्ती",
    "अनुसूचित जाति",
    "जनजाति",
    "जैन मोहल्ला",
    "आदिवासी बस्ती",
    "धर्म।",
    "एक समुदाय",
)
PLACES = (
    "Community Hall Road",
    "the community centre",
    "Communication tower",
    "Jaintia Road",
    "Tribune Chowk",
    "Castle Road",
    "धर्मशाला चौक",
    "सामुदायिक भवन मार्ग",
    "राजधर्मपुर",
    "जैनपुर",
)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        *((text, "a telephone number") for text in TELEPHONE),
        *((text, "an identity number") for text in IDENTITY),
        *((text, "address in it") for text in ADDRESS),
        *((text, "a person's name") for text in NAME),
    ],
)
def test_personal_data_is_refused(text: str, what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        TEXT.validate_python(text)


@pytest.mark.parametrize("text", IMPERSONAL)
def test_what_is_not_personal_stays(text: str) -> None:
    assert TEXT.validate_python(text) == text


@pytest.mark.parametrize("text", COMMUNITY)
def test_attributes_of_a_community_are_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="a hot spot is a place"):
        PLACE.validate_python(text)


@pytest.mark.parametrize("text", PLACES)
def test_names_of_places_stay(text: str) -> None:
    assert PLACE.validate_python(text) == text


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", ["9", "9 ", "0", "+91", "a", "a.", "a@", "@a", "a-", "Dr", "श्री", "धर्म", "(0", "mr. "])
def test_no_long_text_keeps_a_pattern_searching(unit: str) -> None:
    text = (unit * 400)[:400].strip()
    for adapter in (TEXT, PLACE):
        with suppress(ValidationError):
            assert adapter.validate_python(text) == text


@pytest.mark.parametrize("name", ["Dr. Ambedkar Chowk", "Shri Ram Chowk", "श्री राम चौक", "Shrikant Verma Chowk"])
def test_squares_may_be_named_after_people(name: str) -> None:
    assert TITLE.validate_python(name) == name


@pytest.mark.parametrize("number", [*TELEPHONE, *IDENTITY])
def test_names_of_places_have_no_numbers_of_people(number: str) -> None:
    with pytest.raises(ValidationError):
        TITLE.validate_python(f"Nehru Chowk {number}")
