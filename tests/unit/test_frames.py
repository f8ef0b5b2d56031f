"""Messages between the engine and its worker arrive as they were sent."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from iccc.compare import ABSENT, Change, Within
from iccc.engine.frames import HEADER, Reply, Request, pack, unpack
from iccc.errors import DeviceError, Reason
from iccc.observed import Observed, Outcome, Status
from tests.support import NOW
from tests.unit.states import as_declared, bilaspur, silent, states

texts = st.text(max_size=30)


def sent(message: Request | Reply) -> Any:
    data = pack(message)
    length = HEADER.unpack(data[: HEADER.size])[0]
    assert length == len(data) - HEADER.size
    return unpack(data[HEADER.size :])


@given(st.integers(0), texts, st.dictionaries(texts, st.one_of(texts, st.lists(texts))))
def test_requests(number: int, verb: str, arguments: dict[str, Any]) -> None:
    request = Request(number, verb, arguments)
    assert sent(request) == request


@given(states)
def test_states_stay_equal(state: Any) -> None:
    reply = Reply(1, {"c1": Observed("c1", state, None, NOW)})
    assert sent(reply) == reply


@given(st.sampled_from(list(Reason)), texts, texts)
def test_errors_keep_reason_place_and_observation(reason: Reason, where: str, observed: str) -> None:
    error = sent(Reply(2, error=DeviceError(reason, where, observed))).error
    assert type(error) is DeviceError
    assert (error.reason, error.where, error.observed) == (reason, where, observed)
    assert str(error) == f"{where}: {observed}"


def test_absent_stays_the_one_absent() -> None:
    outcome = Outcome(Change("users[x]", ABSENT, Within(5)), Status.CLAMPED, ABSENT)
    (received,) = sent(Reply(3, [outcome])).value
    assert received == outcome
    assert received.change.seen is ABSENT and received.seen is ABSENT


def test_a_whole_city_fits() -> None:
    city = bilaspur()
    read = {device.name: as_declared(device, city) for device in city.devices()}
    read["bsp-j01-c01"] = silent(city.cameras["bsp-j01-c01"])
    assert sent(Reply(4, read)).value == read
