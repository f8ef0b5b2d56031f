"""HTTPS as the product speaks it: the pin before everything, and nothing to whoever shows another certificate."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from iccc.camera import driver
from iccc.camera.state import CameraState, Protocol
from iccc.compare import Unread, compare
from iccc.errors import DeviceError, Reason
from iccc.lab import tls as lab_tls
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, HIKVISION, CameraModel
from iccc.lab.device import Fault
from iccc.observed import Status
from iccc.sessions import tls, zeep
from iccc.sessions.reach import Reach
from iccc.sessions.way import certificate_pin
from tests.camera.devices import MODELS, USERS, camera, plugged, reach, stored
from tests.support import MemoryTrust


@asynccontextmanager
async def secure(number: int, model: CameraModel = AXIS) -> AsyncIterator[tuple[LabCamera, Reach]]:
    """A camera that serves HTTPS, and a reach that has its certificate enrolled."""
    async with plugged(number, model) as lab:
        lab.inject("protocols.https.enabled", True)
        await settled()
        shown = lab.certificates.shown()
        assert shown is not None
        trust = MemoryTrust(tls_pins={lab.name: tls.pin_of(shown.der)})
        yield lab, replace(reach(stored(lab.name), http_s=0.5, connect_s=0.5), trust=trust)


async def settled() -> None:
    """Ports are opened and closed a moment later."""
    await asyncio.sleep(0.05)


async def read(number: int, run: Reach) -> CameraState | Unread:
    return (await driver.observe(camera(number), run, USERS)).state


def break_it(lab: LabCamera, fault: Fault) -> None:
    lab.fault = fault
    lab.faulted()


def test_until_when_a_certificate_is_good_is_seen_over_https_alone() -> None:
    async def scenario() -> None:
        async with secure(197) as (lab, run):
            lab.inject("certificate", "expired")
            await settled()
            run.trust.tls_pins["c197"] = tls.pin_of(lab.certificates.shown().der)  # type: ignore[attr-defined, union-attr]
            for reached, days in ((run, -1), (replace(run, trust=MemoryTrust()), None)):
                facts = (await driver.observe(camera(197), reached, (), ("hostname",))).facts
                assert facts is not None and facts.identity is not None
                ends = facts.identity.certificate_ends
                assert (ends and round((ends - datetime.now(UTC)) / timedelta(days=1))) == days

    asyncio.run(scenario())


@pytest.mark.parametrize("model", [AXIS, HIKVISION])
def test_an_enrolled_camera_is_read_and_written_over_tls(model: CameraModel) -> None:
    async def scenario() -> None:
        async with secure(184, model) as (lab, run):
            lab.inject("protocols.http.enabled", False)
            await settled()
            state = await read(184, run)
            assert isinstance(state, CameraState) and not isinstance(state.protocols, Unread) and state.protocols
            assert not state.protocols["http"].enabled
            outcomes = await driver.apply(camera(184), "hostname", CameraState(hostname="c184"), run)
            assert [str(outcome.status) for outcome in outcomes] == ["applied"]

    asyncio.run(scenario())


def test_a_changed_certificate_gets_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with secure(185) as (lab, run):
            enrolled = run.trust.tls_pin("c185") or ""
            lab.inject("certificate", "expired")
            await settled()
            before = lab.counters.requests
            state = await read(185, run)
            assert isinstance(state, Unread) and state.reason is Reason.UNTRUSTED
            shown = tls.pin_of(lab.certificates.shown().der)  # type: ignore[union-attr]
            assert state.text.startswith(
                "c185 10.77.3.185:443  onvif GetSystemDateAndTime: its certificate is not the known one: it shows "
                f"sha256 {shown[:16]}…, expired "
            )
            assert f"known is sha256 {enrolled[:16]}…" in state.text
            with pytest.raises(DeviceError):
                await driver.apply(camera(185), "hostname", CameraState(hostname="x"), run)
            with pytest.raises(DeviceError) as by_zeep:
                await asyncio.to_thread(zeep.call, camera(185), run, "devicemgmt", "GetHostname")
            assert by_zeep.value.reason is Reason.UNTRUSTED
            assert lab.counters.requests == before, "not one request, with or without a login"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("fault", "wanted", "said"),
    [
        (Fault.TLS_SILENT, Reason.NO_ANSWER, "no connection within 0.5 s"),
        (Fault.TLS_PLAIN, Reason.BAD_ANSWER, "no TLS session: wrong version number"),
    ],
)
def test_a_sick_tls_server_is_a_row_and_no_reason_for_http(fault: Fault, wanted: Reason, said: str) -> None:
    async def scenario() -> None:
        async with secure(186) as (lab, run):
            break_it(lab, fault)
            await settled()
            before = lab.counters.logins, lab.counters.failures
            state = await read(186, run)
            assert isinstance(state, Unread) and state.reason is wanted and said in state.text
            assert (lab.counters.logins, lab.counters.failures) == before

    asyncio.run(scenario())


def test_http_only_where_it_is_declared() -> None:
    """HTTPS was switched off behind our back."""

    async def scenario() -> None:
        async with secure(187) as (lab, run):
            lab.inject("protocols.https.enabled", False)
            await settled()
            state = await read(187, run)
            assert isinstance(state, CameraState) and not isinstance(state.protocols, Unread) and state.protocols
            assert not state.protocols["https"].enabled
            strict = await read(187, replace(run, plain_http=False))
            assert isinstance(strict, Unread) and strict.reason is Reason.REFUSED
            assert strict.text.startswith("c187 10.77.3.187:443")

    asyncio.run(scenario())


def test_first_contact_takes_what_is_shown() -> None:
    async def scenario() -> None:
        async with secure(188) as (_, run):
            assert await certificate_pin("c188", "10.77.3.188", run) == run.trust.tls_pin("c188")
            with pytest.raises(DeviceError) as refused:
                await certificate_pin("c189", "10.77.3.189", run)
            assert refused.value.reason is Reason.REFUSED

    asyncio.run(scenario())


def test_zeep_goes_the_same_way() -> None:
    async def scenario() -> None:
        async with secure(190) as (lab, run):
            lab.inject("protocols.http.enabled", False)
            await settled()
            told = await asyncio.to_thread(zeep.call, camera(190), run, "devicemgmt", "GetHostname")
            assert told["Name"] == "axis-camera"

    asyncio.run(scenario())


def test_a_foreign_server_with_an_expired_certificate_that_is_enrolled(tmp_path: Path) -> None:
    """openssl serves; what it shows is enrolled, so TLS stands, whatever it answers then."""
    key, der = lab_tls.private_key("foreign"), lab_tls.self_signed("foreign", "x", 0, 86_400)
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + ssl.DER_cert_to_PEM_cert(der).encode()
    )
    server = subprocess.Popen(
        ["openssl", "s_server", "-accept", "127.77.3.191:20443", "-cert", str(pem), "-key", str(pem), "-www", "-quiet"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        run = replace(reach(stored("c191"), http_s=1), trust=MemoryTrust(tls_pins={"c191": tls.pin_of(der)}))
        until = time.monotonic() + 5
        while True:
            state = asyncio.run(read(191, run))
            assert isinstance(state, Unread)
            if state.reason is not Reason.REFUSED:
                break
            assert time.monotonic() < until
            time.sleep(0.05)
        assert state.reason is Reason.NO_ANSWER and "no answer within" in state.text, "s_server answers GET alone"
        wrong = replace(run, trust=MemoryTrust(tls_pins={"c191": "0" * 64}))
        state = asyncio.run(read(191, wrong))
        assert isinstance(state, Unread) and state.reason is Reason.UNTRUSTED and "expired 1970-01-02" in state.text
    finally:
        server.kill()
        server.wait()


WANTED = CameraState(protocols={"http": Protocol(False), "https": Protocol(True, 443), "rtsp": Protocol(True, 554)})


def plain(number: int) -> Reach:
    return replace(reach(stored(f"c{number}"), http_s=0.5, connect_s=0.5), plain_http=False)


async def deploy(number: int, run: Reach, wanted: CameraState = WANTED) -> dict[str, tuple[Status, str]]:
    outcomes = await driver.apply(camera(number), "protocols", wanted, run)
    return {outcome.change.path: (outcome.status, outcome.text) for outcome in outcomes}


@pytest.mark.parametrize("make", ["axis", "cpplus", "generic"])
def test_https_is_proved_and_then_http_goes_off(make: str) -> None:
    async def scenario() -> None:
        run = plain(194)
        async with plugged(194, MODELS[make]) as lab:
            assert await deploy(194, run) == {
                "protocols[https].enabled": (Status.APPLIED, ""),
                "protocols[http].enabled": (Status.APPLIED, ""),
            }
            shown = lab.certificates.shown()
            assert shown is not None and run.trust.tls_pin("c194") == tls.pin_of(shown.der)
            await settled()
            state = await read(194, run)
            assert list(compare(WANTED, state)) == []
            sets = lab.counters.sets
            assert await deploy(194, run) == {}
            assert (lab.counters.sets, lab.counters.failures) == (sets, 0)

    asyncio.run(scenario())


def test_a_camera_that_tells_no_certificate_keeps_http_until_it_is_enrolled() -> None:
    async def scenario() -> None:
        run = plain(195)
        async with plugged(195, HIKVISION) as lab:
            first = await deploy(195, run)
            assert first["protocols[https].enabled"][0] is Status.APPLIED
            assert first["protocols[http].enabled"] == (
                Status.REFUSED,
                "HTTP stays, for HTTPS is not proved: the camera does not tell its certificate; enrol it (iccc enrol), "
                "and deploy again",
            )
            assert run.trust.tls_pin("c195") is None
            await settled()
            run.trust.tls_proved("c195", await certificate_pin("c195", "10.77.3.195", run), run.clock.now())
            assert await deploy(195, run) == {"protocols[http].enabled": (Status.APPLIED, "")}
            await settled()
            assert list(compare(WANTED, await read(195, run))) == []
            assert lab.counters.failures == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("fault", [Fault.TLS_SILENT, Fault.TLS_PLAIN])
def test_http_stays_where_https_does_not_come_up(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iccc.camera.protocols.PROOF_WAITS_S", (0.0, 0.1))

    async def scenario() -> None:
        run = plain(196)
        async with plugged(196, AXIS) as lab:
            break_it(lab, fault)
            found = await deploy(196, run)
            status, text = found["protocols[http].enabled"]
            assert status is Status.REFUSED and text.startswith(
                "HTTP stays, for HTTPS is not proved: login on port 443: "
            )
            status, text = found["protocols[https].enabled"]
            assert status is Status.APPLIED and text.startswith("HTTPS is not proved: login on port 443: ")
            assert run.trust.tls_pin("c196") is None
            assert isinstance(await read(196, run), CameraState), "over HTTP, as before"
            assert lab.counters.failures == 0

    asyncio.run(scenario())


def test_somebody_in_between_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTPS shows another certificate than the camera tells: HTTP stays, and nothing is enrolled."""
    monkeypatch.setattr("iccc.camera.protocols.PROOF_WAITS_S", (0.0, 0.2))

    async def scenario() -> None:
        run = plain(197)
        async with plugged(197, AXIS) as lab:
            other = lab_tls.self_signed("in between", "x", 0, 2_000_000_000)
            monkeypatch.setattr(
                "iccc.lab.onvif_certificates.context", lambda _shown: lab_tls.server_context(other, "in between")
            )
            found = await deploy(197, run)
            assert found["protocols[http].enabled"][0] is Status.REFUSED
            assert "its certificate is not the known one" in found["protocols[http].enabled"][1]
            assert run.trust.tls_pin("c197") is None and lab.counters.failures == 0

    asyncio.run(scenario())


def test_the_way_back_to_http() -> None:
    async def scenario() -> None:
        run = plain(198)
        back = CameraState(protocols={"http": Protocol(True, 80), "https": Protocol(False)})
        async with plugged(198, AXIS) as lab:
            await deploy(198, run)
            await settled()
            closed = await deploy(198, run, CameraState(protocols={"https": Protocol(False)}))
            assert closed["protocols[https].enabled"] == (Status.REFUSED, "iccc has no other way in")
            found = await deploy(198, replace(run, plain_http=True), back)
            assert {status for status, _ in found.values()} == {Status.APPLIED}
            await settled()
            assert list(compare(back, await read(198, replace(run, plain_http=True)))) == []
            assert lab.counters.failures == 0

    asyncio.run(scenario())


def test_https_moves_to_another_port_while_http_is_on() -> None:
    async def scenario() -> None:
        run = plain(199)
        moved = CameraState(protocols={"https": Protocol(True, 8443)})
        beside = CameraState(protocols={"http": Protocol(True, 80), "https": Protocol(True, 8443)})
        async with plugged(199, AXIS) as lab:
            await deploy(199, run)
            await settled()
            sets = lab.counters.sets
            (only,) = (await deploy(199, run, moved)).values()
            assert only == (Status.REFUSED, "HTTPS is the only way in: its port is changed only while HTTP is on")
            assert lab.counters.sets == sets
            done = await deploy(199, replace(run, plain_http=True), beside)
            assert {status for status, _ in done.values()} == {Status.APPLIED}, done
            await settled()
            assert list(compare(beside, await read(199, run))) == []

    asyncio.run(scenario())
