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
    ("lat", "lon"),
    [
        ("22.0797N", "82.1409E"),
        ("N 22.0797", "E 82.1409"),
        ("22.0797 n", "82.1409° e"),
        ("22.0797°N", "82.1409 ° E"),
        ("22°04'46.92\"N", "82°08'27.24\"E"),
        ("22° 4’ 46.92”", "82° 8′ 27.24″"),
        ("22º04'46.92''", "E82°08'27.24\""),
        ("22°4.782'", "82° 8.454'"),
        ("22:04:46.92", "82 08 27.24"),
        ("22-04-46.92 N", "82-08-27.24 E"),
        ("२२.०७९७", "८२.१४०९"),
        ("२२.०७९७ उ", "८२.१४०९ पूर्व"),
        ("२२°०४'४६.९२\"उत्तर", "पू ८२.१४०९"),
        ("Lat: 22.0797", "Long 82.1409"),
    ],
)
def test_cells_as_people_write_them(lat: str, lon: str) -> None:
    assert of_cells(lat, lon) == pytest.approx(PIN)
    assert of_link(f"{lat}, {lon}") == pytest.approx(PIN)
    if set("NSEWnseउप°") & set(lat + lon):
        assert of_link(f"{lat} {lon}") == pytest.approx(PIN)


def test_degrees_with_a_point_are_not_read_from_behind_it() -> None:
    """``23.30° N 78.74° E`` was 30° N, 74° E: in India, and a thousand kilometres away."""
    assert of_link("23.30° N 78.74° E") == (23.3, 78.74)
    assert of_link("82.1409E 22.0797N") == PIN  # it says which is which
    assert of_link("https://www.google.com/maps/place/22%C2%B004'46.92%22N+82%C2%B008'27.24%22E/@22.5,82.5,9z") == (
        pytest.approx(PIN)
    )


@pytest.mark.parametrize(
    ("lat", "lon", "said"),
    [
        ("82.1409E", "22.0797N", "latitude '82.1409E' says that it is a longitude"),
        ("22.0797", "82.1409N", "longitude '82.1409N' says that it is a latitude"),
        ("22°60'00\"", "82.1", "is no number of degrees"),
        ("22 04", "82.1", "is no number of degrees"),  # minutes, or a point that is missing
        ("22,0797", "82.1", "is no number of degrees"),
        ("22.07S", "82.1", "is not in latitude 6 to 38"),
        ("9" * 5000, "82.1", "is no number of degrees"),
    ],
)
def test_cells_that_say_no_place(lat: str, lon: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        of_cells(lat, lon)


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
