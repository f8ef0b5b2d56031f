"""Coordinates in cells and links, as surveyors send them."""

from __future__ import annotations

import pytest

from iccc.siting.position import of_cells, of_link

PIN = (22.0797, 82.1409)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.google.com/maps/@22.0797,82.1409,17z",
        "https://www.google.com/maps/place/X/@22.07,82.1,17z/data=!3m1!4b1!8m2!3d22.0797!4d82.1409",
        "https://maps.google.com/?q=22.0797,82.1409",
        "https://maps.google.co.in/maps?q=loc:22.0797+82.1409",
        "https://www.google.com/maps/search/?api=1&query=22.0797%2C82.1409",
        "https://www.google.com/maps/place/22.0797,82.1409",
        "https://maps.google.com/maps?ll=22.0797,82.1409&z=16",
        "geo:22.0797,82.1409?z=19",
        "geo:0,0?q=22.0797,82.1409(Nehru Chowk)",
        "https://www.openstreetmap.org/?mlat=22.0797&mlon=82.1409#map=18/22.08/82.14",
        "https://www.openstreetmap.org/#map=18/22.0797/82.1409",
        "22.0797, 82.1409",
        "(22.0797 82.1409)",
        "२२.०७९७, ८२.१४०९",
    ],
)
def test_a_link_or_a_pair(text: str) -> None:
    assert of_link(text) == PIN


def test_degrees_minutes_seconds() -> None:
    assert of_link("22°04'46.92\"N 82°08'27.24\"E") == pytest.approx(PIN)
    assert of_cells("२२°०४'४६.९२\"N", "82.1409") == pytest.approx(PIN)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://maps.app.goo.gl/AbCdEf", "short link"),
        ("https://goo.gl/maps/AbCdEf", "short link"),
        ("82.1409, 22.0797", "wrong way round"),
        ("0, 0", "is not in latitude 6 to 38"),
        ("Nehru Chowk", "is no link of a map"),
        ("https://www.google.com/maps/place/Nehru+Chowk", "has no coordinates in it"),
        ("22°04'46.92\"N", "not a latitude and a longitude"),
    ],
)
def test_what_is_no_place_is_told(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        of_link(text)
