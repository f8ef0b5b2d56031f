"""Restart, factory default, backup, restore, firmware: requests as the schema has them, answers read with distrust."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from iccc.onvif.call import Procedure
from iccc.onvif.errors import BadAnswer
from iccc.onvif.system import Upload, backup_path, factory_default, restart, start_restore, start_upgrade
from tests.oracle.xsd import validate

ACTS: dict[str, Callable[[], Procedure[Any]]] = {
    "SystemReboot": restart,
    "SetSystemFactoryDefault": lambda: factory_default(hard=True),
    "GetSystemUris": backup_path,
    "StartSystemRestore": start_restore,
    "StartFirmwareUpgrade": start_upgrade,
}


@pytest.mark.parametrize("action", ACTS)
def test_requests_are_as_the_schema_has_them(action: str) -> None:
    call = next(ACTS[action]())
    assert call.action == action and call.write == (action != "GetSystemUris")
    assert validate(call.body.encode()) == []


def answered(procedure: Procedure[Any], inner: str) -> Any:
    """What the procedure makes of a response with ``inner`` in it."""
    next(procedure)
    with pytest.raises(StopIteration) as done:
        procedure.send(etree.fromstring(f"<r>{inner}</r>"))
    return done.value.value


@pytest.mark.parametrize(
    ("inner", "upload"),
    [
        ("<UploadUri>http://10.0.0.1/up?x=1</UploadUri>", Upload("/up?x=1", 0, 0)),
        (
            "<UploadUri>https://192.168.1.108:8443/fw</UploadUri><UploadDelay>PT10S</UploadDelay>"
            "<ExpectedDownTime>PT1M30.5S</ExpectedDownTime>",
            Upload("/fw", 10, 90.5),
        ),
        ("<UploadUri>/fw</UploadUri><UploadDelay>soon</UploadDelay>", Upload("/fw", 0, 0)),
        (
            f"<UploadUri>/fw</UploadUri><UploadDelay>PT{'9' * 400}S</UploadDelay>"
            "<ExpectedDownTime>P9999D</ExpectedDownTime>",
            Upload("/fw", 3600, 3600),
        ),
    ],
)
def test_of_an_upload_only_the_path_is_kept(inner: str, upload: Upload) -> None:
    assert answered(start_upgrade(), inner) == upload
    assert answered(start_restore(), inner) == upload


@pytest.mark.parametrize("act", [backup_path, start_restore, start_upgrade])
def test_an_answer_without_an_address_is_none(act: Callable[[], Procedure[Any]]) -> None:
    procedure = act()
    next(procedure)
    with pytest.raises(BadAnswer, match="names no"):
        procedure.send(etree.fromstring("<r><SupportInfoUri>http://10.0.0.1/s</SupportInfoUri></r>"))
