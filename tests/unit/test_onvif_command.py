"""``iccc onvif``: what a person types becomes a call that the WSDL allows, or a message."""

from __future__ import annotations

import re

import pytest

from iccc.cli.onvif import OWN_WAYS, nested
from iccc.errors import UsageError
from iccc.sessions import zeep


def test_dots_go_into_the_depth_and_numbers_make_lists() -> None:
    typed = ["FromDHCP=false", "NTPManual.0.Type=IPv4", "NTPManual.0.IPv4Address=10.80.0.10", "NTPManual.1.Type=DNS"]
    assert nested(typed) == {
        "FromDHCP": "false",
        "NTPManual": [{"Type": "IPv4", "IPv4Address": "10.80.0.10"}, {"Type": "DNS"}],
    }
    assert nested(["Name=a=b.c"]) == {"Name": "a=b.c"}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["Name"], "'Name' is not KEY=VALUE"),
        (["A..B=1"], "'A..B=1' is not KEY=VALUE"),
        (["A=1", "A=2"], "A is given twice"),
        (["A=1", "A.B=2"], "A.B: A has a value of its own already"),
        (["User.0.Password=secret"], "User.0.Password: a command line can be read by others"),
    ],
)
def test_what_cannot_be_is_told(typed: list[str], told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)) as caught:
        nested(typed)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "told"),
    [
        ("devicemgmnt", "GetNTP", {}, "no service 'devicemgmnt'; there are devicemgmt, media, ptz, imaging"),
        ("devicemgmt", "GetNPT", {}, "devicemgmt has no 'GetNPT'; did you mean 'GetNTP'?"),
        ("devicemgmt", "SetHostname", {"Nam": "x"}, "SetHostname(Name: xsd:token): SetHostname() got an unexpected"),
        ("devicemgmt", "SetHostname", {}, "SetHostname(Name: xsd:token): Missing element Name (SetHostname.Name)"),
    ],
)
def test_a_call_that_the_wsdl_does_not_allow_is_never_sent(
    service: str, operation: str, parameters: dict[str, object], told: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        zeep.check(service, operation, parameters)


def test_the_operations_of_a_service_are_listed_with_their_parameters() -> None:
    listed = zeep.operations("devicemgmt")
    assert listed["SetNTP"] == "FromDHCP: xsd:boolean, NTPManual: NetworkHost[]"
    assert list(listed) == sorted(listed)


def test_what_has_a_command_of_its_own_is_named_as_the_wsdl_has_it() -> None:
    assert OWN_WAYS.keys() <= zeep.operations("devicemgmt").keys()
