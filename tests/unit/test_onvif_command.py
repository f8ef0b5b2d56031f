"""``iccc onvif``: what a person types becomes a call that the WSDL allows, or a message."""

from __future__ import annotations

import re

import pytest

from iccc.cli.onvif import OWN_WAYS, SECRET, nested
from iccc.errors import UsageError
from iccc.sessions import zeep


def never(key: str, _named: str) -> str:
    raise AssertionError(key)


def test_secrets_are_named_or_asked_for() -> None:
    told: list[tuple[str, str]] = []

    def reveal(key: str, named: str) -> str:
        told.append((key, named))
        return "revealed"

    typed = ["User.0.Username=x", "User.0.Password=secret:device/c1/x", "Key=?", "KeyID=k", "CredentialToken=t"]
    assert nested(typed, reveal) == {
        "User": [{"Username": "x", "Password": "revealed"}],
        "Key": "revealed",
        "KeyID": "k",
        "CredentialToken": "t",
    }
    assert told == [("User.0.Password", "secret:device/c1/x"), ("Key", "?")]


def test_every_secret_of_the_wsdl_files_is_known_as_one() -> None:
    texts = [file.read_text("utf-8", "replace") for file in zeep.WSDL.iterdir() if file.suffix in (".wsdl", ".xsd")]
    names = {name for text in texts for name in re.findall(r'<xs:(?:element|attribute)[^>]*name="(\w+)"', text)}
    may_be = {name for name in names if re.search(r"pass|psk|secret|community|key$", name, re.IGNORECASE)}
    assert {name for name in may_be if not SECRET.fullmatch(name)} == {
        "CertificateWithPrivateKey", "LoadCertificateWithPrivateKey", "DeleteKey", "hasPrivateKey",
    } & may_be  # fmt: skip
    assert may_be >= {"Password", "Passphrase", "PSK", "Key", "PrivateKey"}


def test_dots_go_into_the_depth_and_numbers_make_lists() -> None:
    typed = ["FromDHCP=false", "NTPManual.0.Type=IPv4", "NTPManual.0.IPv4Address=10.80.0.10", "NTPManual.1.Type=DNS"]
    assert nested(typed, never) == {
        "FromDHCP": "false",
        "NTPManual": [{"Type": "IPv4", "IPv4Address": "10.80.0.10"}, {"Type": "DNS"}],
    }
    assert nested(["Name=a=b.c"], never) == {"Name": "a=b.c"}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["Name"], "'Name' is not KEY=VALUE"),
        (["A..B=1"], "'A..B=1' is not KEY=VALUE"),
        (["A=1", "A=2"], "A is given twice"),
        (["A=1", "A.B=2"], "A.B: A has a value of its own already"),
        (["User.0.Password=hunter2"], "User.0.Password: a command line can be read by others"),
        (["Dot11.PSK.Key=hunter2"], "Dot11.PSK.Key: a command line can be read by others"),
        (["Dot11.PSK.Passphrase=hunter2"], "Dot11.PSK.Passphrase: a command line can be read by others"),
        (
            ["CertificateWithPrivateKey.0.PrivateKey.Data=hunter2"],
            "PrivateKey.Data: a command line can be read by others",
        ),
        (["MediaUri=rtsp://me:hunter2@10.0.0.1/"], "MediaUri: a command line can be read by others, and this URI has"),
    ],
)
def test_what_cannot_be_is_told(typed: list[str], told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)) as caught:
        nested(typed, never)
    assert "hunter2" not in str(caught.value)


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
