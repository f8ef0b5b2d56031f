"""``iccc verify --streams keyframe``: what cameras send is held against the declaration; every stream is torn down."""

from __future__ import annotations

from tests.flow.town import Town
from tests.support import rows_of

GOOD, MOVED, OTHER, NONE, STOPS, MUTE = (f"bsp-j01-c{number:02d}" for number in (1, 2, 3, 25, 26, 41))


def test_keyframes_of_another_size_or_codec_fail_and_what_does_not_come_is_unknown(deployed: Town) -> None:
    town = deployed
    town.hand.set(MOVED, "encoders.main.resolution", "1280x720")
    for device, fault in (
        (OTHER, "wrong-codec"),
        (NONE, "no-keyframe"),
        (STOPS, "stream-stops"),
        (MUTE, "rtsp-silent"),
    ):
        town.hand.fault(device, fault)
    town.hand.count_anew()
    limits = [part for device in (GOOD, MOVED, OTHER, NONE, STOPS, MUTE) for part in ("--limit", device)]
    said = town.iccc("verify", *limits, "--streams", "keyframe", code=2).out
    counted = town.hand.lab.counters()

    lines = [line for line in rows_of(said) if " keyframe " in line or " stream " in line]
    assert not any(GOOD in line for line in lines)
    main = town.city.cameras[MOVED].streams["main"]
    declared = f"declared {main.codec} {main.width_px}x{main.height_px} {main.where}"
    for check, does in (("stream", "is"), ("keyframe", "carries")):
        assert f"fail {check} {MOVED}-main: it {does} {main.codec} 1280x720; {declared}" in lines
    assert f"fail keyframe {OTHER}-main: it carries H264 {main.width_px}x{main.height_px}; {declared}" in lines
    assert not any(f"stream {OTHER}" in line for line in lines), "its SDP is as declared"
    assert any(f"fail keyframe {NONE}-main: no keyframe among" in line for line in lines)
    assert any(
        f"unknown keyframe {STOPS}-main" in line and "the stream stopped after 3 pict" in line for line in lines
    ), said
    alike = [line for line in lines if f" {MUTE}-" in line]  # both streams, neither described nor played: one reason
    assert len(alike) == 1 and "no answer within" in alike[0], alike
    assert alike[0].startswith(f"unknown stream {MUTE}-main and 3 more: ")

    assert sum(row["plays"] for row in counted.values()) == 2 * 5
    assert all(row["plays"] == row["teardowns"] for row in counted.values())
    assert not town.hand.failures() and not town.hand.written()


def test_a_black_picture_is_a_hint_and_one_that_nobody_knows_yet_is_unknown(deployed: Town) -> None:
    town = deployed
    town.hand.fault(OTHER, "black-picture")
    town.hand.count_anew()
    said = town.iccc("verify", "--limit", GOOD, "--limit", OTHER, "--pictures", code=2).out
    lines = rows_of(said)
    (warned,) = (line for line in lines if line.startswith("warn "))
    assert warned.startswith(f"warn black {OTHER}: black: brightness ") and "severity low" in warned
    assert any(line.startswith(f"unknown defocused {GOOD}: ") for line in lines)
    assert "0 failed, 2 unknown, 1 with a hint." in said
    assert not town.hand.failures() and not town.hand.written()
