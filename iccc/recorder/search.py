"""What lies on a recorder's disks (Recording Search service): asked once, for all channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.onvif.call import Procedure, Service, element, read
from iccc.onvif.xml import Element, children, need, need_text, text

YEARS = range(1990, 2200)
_PAGE = 100  # recordings of one answer
_PAGES = 20  # answers of one search
_KEEP_ALIVE = "PT20S"


@dataclass(frozen=True)
class Recorded:
    """One recording. ``now``: the recorder says that it is being filled. Times are None where there is none yet."""

    now: bool
    oldest: datetime | Unread | None
    newest: datetime | Unread | None


def read_recorded() -> Procedure[dict[str, Recorded]]:
    """By token of the recording."""
    inner = "<tse:Scope/>" + element("tse:KeepAliveTime", _KEEP_ALIVE)
    token = need_text((yield read(Service.SEARCH, "FindRecordings", inner)), "SearchToken")
    found: dict[str, Recorded] = {}
    for page in range(_PAGES):
        # Each page is a question of its own: in a sweep an equal one would not be put again.
        wait = element("tse:WaitTime", f"PT{5 + page}S")
        inner = element("tse:SearchToken", token) + element("tse:MaxResults", _PAGE) + wait
        listed = need((yield read(Service.SEARCH, "GetRecordingSearchResults", inner)), "ResultList")
        for entry in children(listed, "RecordingInformation"):
            found[need_text(entry, "RecordingToken")] = _recorded(entry)
        if text(listed, "SearchState") in ("Completed", None):
            break
    return found


def read_one(recording: str) -> Procedure[Recorded]:
    """That recording alone, by its token."""
    reply = yield read(Service.SEARCH, "GetRecordingInformation", element("tse:RecordingToken", recording))
    return _recorded(need(reply, "RecordingInformation"))


def _recorded(entry: Element) -> Recorded:
    status = text(entry, "RecordingStatus")
    return Recorded(status == "Recording", _time(entry, "EarliestRecording"), _time(entry, "LatestRecording"))


def _time(entry: Element, name: str) -> datetime | Unread | None:
    """An xs:dateTime; Unread where it is none, or says no zone."""
    told = text(entry, name)
    if not told:
        return None
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        return Unread(Reason.BAD_ANSWER, f"{name} is {told[:40]!r}, which is no time")
    if at.tzinfo is None:
        return Unread(Reason.BAD_ANSWER, f"{name} {told[:40]!r} has no time zone")
    if at.year not in YEARS:
        return Unread(Reason.BAD_ANSWER, f"{name} is {told[:40]!r}, which is no time of a recording")
    return at
