"""What holds for every input, not only for the cases."""

from __future__ import annotations

import contextlib
import copy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from iccc.camera.encoders import patch
from iccc.camera.options import CodecOptions, Options, differences, snap
from iccc.camera.state import Codec, Encoder
from iccc.camera.streams import Stream
from iccc.compare import Change, Within, compare
from iccc.observed import Status
from iccc.onvif.call import Service, Written
from iccc.onvif.errors import OnvifError, OnvifFault
from iccc.onvif.outcome import settle
from iccc.onvif.scopes import PREFIX, decode, encode, location
from iccc.onvif.state import Password, Time, TimeMode, User, UserLevel
from iccc.onvif.timezone import posix_forms, utc_offset_min
from iccc.onvif.xml import clean
from tests.onvif.replay import Case, cases

words = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1).map(clean).filter(bool)


@given(words, words)
def test_scope_survives_encoding(key: str, value: str) -> None:
    scope = encode(key, value)
    assert decode(scope) == (key, value)
    assert scope.isascii() and " " not in scope


@given(st.dictionaries(words, words), st.booleans())
def test_location_is_what_was_encoded(wanted: dict[str, str], fixed: bool) -> None:
    scopes = [(encode(key, value), fixed) for key, value in wanted.items()]
    assert location([*scopes, ("onvif://www.onvif.org/type/ptz", True), (f"{PREFIX}alone", False)]) == wanted


@given(st.integers(-12 * 4, 14 * 4))
def test_zone_means_what_it_was_made_for(quarters: int) -> None:
    for form in posix_forms(15 * quarters):
        assert utc_offset_min(form) == 15 * quarters


@given(st.text())
def test_zone_of_any_text_is_an_offset_or_nothing(text: str) -> None:
    meant = utc_offset_min(text)
    assert meant is None or -14 * 60 <= meant <= 14 * 60


sizes = st.tuples(st.integers(16, 8000), st.integers(16, 8000))
encoders = st.builds(
    Encoder,
    codec=st.sampled_from([Codec.H264, Codec.H265]),
    width_px=st.integers(16, 8000),
    height_px=st.integers(16, 8000),
    fps=st.integers(1, 60).map(float),
    bitrate_kbps=st.integers(1, 20000),
    gop=st.integers(1, 400),
)
wishes = st.builds(
    Encoder,
    codec=st.none() | st.sampled_from(Codec),
    width_px=st.none() | st.integers(16, 8000),
    height_px=st.none() | st.integers(16, 8000),
    fps=st.none() | st.integers(1, 60).map(float),
    bitrate_kbps=st.none() | st.integers(1, 20000),
    gop=st.none() | st.integers(1, 400),
)
offers = st.builds(
    CodecOptions,
    resolutions=st.lists(sizes, max_size=5).map(tuple),
    frame_rates=st.lists(st.integers(1, 60).map(float), max_size=5).map(tuple),
    bitrate_range=st.none() | st.just((64.0, 8192.0)),
    gop_range=st.none() | st.just((1.0, 200.0)),
)
options = st.dictionaries(st.sampled_from(Codec), offers).map(Options)


@given(wishes, encoders, options)
def test_snapping_twice_is_snapping_once(wish: Encoder, current: Encoder, offered: Options) -> None:
    once = snap(wish, current, offered)
    assert snap(once, current, offered) == once
    assert not differences(once, snap(once, current, offered))


@given(wishes, encoders, options)
def test_snapping_asks_for_nothing_new(wish: Encoder, current: Encoder, offered: Options) -> None:
    snapped = snap(wish, current, offered)
    for name in ("codec", "fps", "bitrate_kbps", "gop"):
        assert getattr(wish, name) is not None or getattr(snapped, name) is None
    sized = wish.width_px is not None or wish.height_px is not None
    assert sized == (snapped.width_px is not None) == (snapped.height_px is not None)


@given(encoders, wishes, st.sampled_from([Service.MEDIA, Service.MEDIA2]))
def test_patch_changes_only_what_is_wanted(now: Encoder, wish: Encoder, service: Service) -> None:
    wish = Encoder(now.codec, wish.width_px, wish.height_px, wish.fps, wish.bitrate_kbps, wish.gop)
    stream = _stream(service, now)
    before = etree.tostring(stream.element)
    patched = patch(stream, wish)
    assert etree.tostring(stream.element) == before, "the camera's own element stays as it is"
    merged = {name: getattr(wish, name) or getattr(now, name) for name in Encoder.__dataclass_fields__}
    assert etree.tostring(patched) == etree.tostring(_stream(service, Encoder(**merged)).element)


def _stream(service: Service, encoder: Encoder) -> Stream:
    """An encoder configuration with a vendor's own parts between those that are patched."""
    codec, gop = encoder.codec, encoder.gop
    attribute = f' GovLength="{gop}"' if service is Service.MEDIA2 else ""
    inner = f"<t:{codec}><t:GovLength>{gop}</t:GovLength></t:{codec}>" if service is Service.MEDIA else ""
    element = etree.fromstring(
        f'<t:VideoEncoder xmlns:t="urn:t" xmlns:v="urn:v" token="E" v:own="1"{attribute}><v:Before/>'
        f"<t:Encoding>{codec}</t:Encoding><t:Resolution><t:Width>{encoder.width_px}</t:Width><v:Aspect/>"
        f"<t:Height>{encoder.height_px}</t:Height></t:Resolution><v:Between>25</v:Between><t:RateControl>"
        f"<t:FrameRateLimit>{encoder.fps:.10g}</t:FrameRateLimit><t:BitrateLimit>{encoder.bitrate_kbps}</t:BitrateLimit>"
        f"</t:RateControl>{inner}<v:After>x</v:After></t:VideoEncoder>"
    )
    return Stream(service, "P", "S", "E", element, encoder)


@settings(max_examples=150)
@given(st.data())
def test_no_reply_breaks_a_procedure(data: st.DataObject) -> None:
    """Damaged replies end in a value or an OnvifError, never in anything else."""
    case = Case(data.draw(st.sampled_from(READS + WRITES)))
    replies = [(action, _damaged(data, reply)) for action, reply in case.replies]
    # After damage a procedure may ask for something else; the same reply is then as good as any.
    procedure = case.read() if "read" in case.data else case.write()
    with contextlib.suppress(OnvifError):
        _replay_loosely(procedure, replies)


READS, WRITES = cases("read"), cases("write")


def _damaged(data: st.DataObject, reply: bytes) -> bytes:
    try:
        root = etree.fromstring(reply)
    except etree.XMLSyntaxError:
        return reply
    elements = list(root.iter())
    for _ in range(data.draw(st.integers(1, 3))):
        victim = data.draw(st.sampled_from(elements))
        harm = data.draw(st.sampled_from(["drop", "text", "double", "attributes"]))
        parent = victim.getparent()
        if harm == "text":
            victim.text = data.draw(
                st.sampled_from(["", "-1", "1e400", "nan", "99999999999999999999", "x" * 3000, "²"])
            )
        elif harm == "attributes":
            for name in victim.attrib:
                victim.set(name, data.draw(st.sampled_from(["", "x", "-5", "²", "1 2 x"])))
        elif parent is not None and harm == "drop":
            parent.remove(victim)
        elif parent is not None:
            parent.append(copy.deepcopy(victim))
    return etree.tostring(root)


def _replay_loosely(procedure, replies):  # type: ignore[no-untyped-def]
    from iccc.onvif import soap

    try:
        call = next(procedure)
        for number in range(30):
            fitting = [reply for action, reply in replies if action == call.action] or [b""]
            try:
                element = soap.parse(fitting[number % len(fitting)], call.action)
            except OnvifError as error:
                call = procedure.throw(error)
            else:
                call = procedure.send(element)
    except StopIteration:
        return
    raise AssertionError("the procedure does not end")


SEEN = {"admin": User(UserLevel.ADMINISTRATOR)}
OURS = {"iccc": User(UserLevel.ADMINISTRATOR, Password.PROVED)}
REFUSED, LACKING = OnvifFault("InvalidArgVal", ""), OnvifFault("ActionNotSupported", "")
NTP, MANUAL = Time(TimeMode.NTP), Time(TimeMode.MANUAL)


def fps(rate: float) -> dict[str, Encoder]:
    return {"main": Encoder(fps=rate)}


@pytest.mark.parametrize(
    ("section", "wanted", "before", "after", "written", "status"),
    [
        ("hostname", "b", "a", "b", Written(), Status.APPLIED),
        ("hostname", "b", "a", "a", Written(), Status.ACCEPTED_NOT_APPLIED),
        ("hostname", "b", "a", "a", Written(reboot=True), Status.PENDING_REBOOT),
        ("hostname", "b", "a", "a", Written(faults={"hostname": REFUSED}), Status.FAILED),
        ("hostname", "b", "a", "a", Written(faults={"hostname": LACKING}), Status.UNSUPPORTED),
        ("hostname", "b", "a", "b", Written(faults={"hostname": REFUSED}), Status.APPLIED),
        ("users", OURS, SEEN, {**SEEN, **OURS}, Written(), Status.APPLIED),
        ("users", OURS, SEEN, SEEN, Written(guarded={"users[iccc]": "no password"}), Status.REFUSED),
        ("users", OURS, SEEN, SEEN, Written(faults={"users": REFUSED}), Status.FAILED),
        ("time", Time(skew_s=Within(2)), Time(skew_s=9.0), Time(skew_s=0.1), Written(), Status.APPLIED),
        ("time", NTP, MANUAL, MANUAL, Written(), Status.ACCEPTED_NOT_APPLIED),
        ("encoders", fps(30), fps(25), fps(25), Written(clamped={"encoders[main].fps": 25.0}), Status.CLAMPED),
        ("encoders", fps(30), fps(25), fps(28), Written(), Status.CLAMPED),
    ],
)  # fmt: skip
def test_outcome(section: str, wanted: object, before: object, after: object, written: Written, status: Status) -> None:
    changes = [found for found in compare(wanted, before, section) if isinstance(found, Change)]
    assert [outcome.status for outcome in settle(section, changes, wanted, after, written)] == [status]


def test_every_case_has_a_reason_to_be() -> None:
    """A read without replies, or a write without its requests, tests nothing."""
    assert all(list(folder.glob("1-*.xml")) for folder in READS)
    assert all((folder / "requests.xml").is_file() for folder in WRITES)
    assert {path.parent for path in Path(__file__).parent.glob("cases/*/case.json")} == {*READS, *WRITES}
