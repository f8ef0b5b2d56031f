"""The search (tse) and replay (trp) services of a simulated recorder: what lies on its disks, and where to play it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from iccc.lab.onvif_soap import TRP, TSE, Access, Call, Operation, SoapFault, escape, integer, text
from iccc.lab.recorder_jobs import source_of
from iccc.lab.recorder_state import ChannelState, Recording

SEARCH_CAPABILITIES = f'<tse:Capabilities xmlns:tse="{TSE}" MetadataSearch="false" GeneralStartEvents="false"/>'
REPLAY_CAPABILITIES = (
    f'<trp:Capabilities xmlns:trp="{TRP}" ReversePlayback="false" SessionTimeoutRange="1 600" RTP_RTSP_TCP="true"/>'
)
_SEARCHES = 8  # at once
_PAGE = 100  # results of one answer, where the client does not say


def get_search_capabilities(_: ChannelState, __: Call) -> str:
    told = f'<tse:GetServiceCapabilitiesResponse xmlns:tse="{TSE}">{SEARCH_CAPABILITIES}'
    return f"{told}</tse:GetServiceCapabilitiesResponse>"


def get_recording_summary(state: ChannelState, _: Call) -> str:
    now = state.clock()
    oldest = [at for one in state.footage.values() if (at := one.oldest()) is not None]
    newest = [at for one in state.footage.values() if (at := one.newest(now)) is not None]
    inner = (
        f"<tt:DataFrom>{_time(min(oldest, default=now))}</tt:DataFrom>"
        f"<tt:DataUntil>{_time(max(newest, default=now))}</tt:DataUntil>"
        f"<tt:NumberRecordings>{len(state.recordings)}</tt:NumberRecordings>"
    )
    return (
        f'<tse:GetRecordingSummaryResponse xmlns:tse="{TSE}"><tse:Summary>{inner}</tse:Summary>'
        "</tse:GetRecordingSummaryResponse>"
    )


def get_recording_information(state: ChannelState, call: Call) -> str:
    one = state.recording(text(call.element, "tse:RecordingToken"))
    inner = f"<tse:RecordingInformation>{_information(state, one)}</tse:RecordingInformation>"
    return f'<tse:GetRecordingInformationResponse xmlns:tse="{TSE}">{inner}</tse:GetRecordingInformationResponse>'


def find_recordings(state: ChannelState, call: Call) -> str:
    if call.element.find("{*}Scope") is None or call.element.find("{*}KeepAliveTime") is None:
        raise SoapFault("Scope and KeepAliveTime are wanted", "ter:InvalidArgVal")
    token = f"SEARCH{1 + max((int(one[6:]) for one in state.searches), default=0)}"
    for oldest in list(state.searches)[: -_SEARCHES + 1]:
        del state.searches[oldest]
    state.searches[token] = 0
    return (
        f'<tse:FindRecordingsResponse xmlns:tse="{TSE}"><tse:SearchToken>{token}</tse:SearchToken>'
        "</tse:FindRecordingsResponse>"
    )


def get_recording_search_results(state: ChannelState, call: Call) -> str:
    token = text(call.element, "tse:SearchToken") or ""
    if token not in state.searches:
        raise SoapFault(f"there is no search {token}", "ter:InvalidArgVal", "ter:InvalidToken")
    most = text(call.element, "tse:MaxResults")
    begin = state.searches[token]
    end = begin + (_PAGE if most is None else max(1, integer(most)))
    state.searches[token] = end
    done = "Completed" if end >= len(state.recordings) else "Searching"
    found = "".join(
        f"<tt:RecordingInformation>{_information(state, one)}</tt:RecordingInformation>"
        for one in state.recordings[begin:end]
    )
    inner = f"<tse:ResultList><tt:SearchState>{done}</tt:SearchState>{found}</tse:ResultList>"
    return f'<tse:GetRecordingSearchResultsResponse xmlns:tse="{TSE}">{inner}</tse:GetRecordingSearchResultsResponse>'


def end_search(state: ChannelState, call: Call) -> str:
    token = text(call.element, "tse:SearchToken") or ""
    if state.searches.pop(token, None) is None:
        raise SoapFault(f"there is no search {token}", "ter:InvalidArgVal", "ter:InvalidToken")
    inner = f"<tse:Endpoint>{_time(state.clock())}</tse:Endpoint>"
    return f'<tse:EndSearchResponse xmlns:tse="{TSE}">{inner}</tse:EndSearchResponse>'


def _information(state: ChannelState, one: Recording) -> str:
    footage, now = state.footage.get(one.token), state.clock()
    oldest = footage.oldest() if footage else None
    newest = footage.newest(now) if footage else None
    times, track, status = "", "", "Initiated"
    if footage is not None and oldest is not None and newest is not None:
        times = f"<tt:EarliestRecording>{_time(oldest)}</tt:EarliestRecording>"
        times += f"<tt:LatestRecording>{_time(newest)}</tt:LatestRecording>"
        track = (
            "<tt:Track><tt:TrackToken>VIDEO001</tt:TrackToken><tt:TrackType>Video</tt:TrackType><tt:Description/>"
            f"<tt:DataFrom>{_time(oldest)}</tt:DataFrom><tt:DataTo>{_time(newest)}</tt:DataTo></tt:Track>"
        )
        status = "Recording" if footage.running else "Stopped"
    return (
        f"<tt:RecordingToken>{one.token}</tt:RecordingToken>{source_of(one)}{times}<tt:Content>{escape(one.content)}</tt:Content>{track}"
        f"<tt:RecordingStatus>{status}</tt:RecordingStatus>"
    )


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def get_replay_capabilities(_: ChannelState, __: Call) -> str:
    told = f'<trp:GetServiceCapabilitiesResponse xmlns:trp="{TRP}">{REPLAY_CAPABILITIES}'
    return f"{told}</trp:GetServiceCapabilitiesResponse>"


def get_replay_uri(state: ChannelState, call: Call) -> str:
    one = state.recording(text(call.element, "trp:RecordingToken"))
    inner = f"<trp:Uri>{call.rtsp_base}/replay/{one.token}</trp:Uri>"
    return f'<trp:GetReplayUriResponse xmlns:trp="{TRP}">{inner}</trp:GetReplayUriResponse>'


SEARCH: Mapping[str, Operation[ChannelState]] = {
    "GetServiceCapabilities": Operation(Access.PRE_AUTH, get_search_capabilities),
    "GetRecordingSummary": Operation(Access.READ_MEDIA, get_recording_summary),
    "GetRecordingInformation": Operation(Access.READ_MEDIA, get_recording_information),
    "FindRecordings": Operation(Access.READ_MEDIA, find_recordings),
    "GetRecordingSearchResults": Operation(Access.READ_MEDIA, get_recording_search_results),
    "EndSearch": Operation(Access.READ_MEDIA, end_search),
}
REPLAY: Mapping[str, Operation[ChannelState]] = {
    "GetServiceCapabilities": Operation(Access.PRE_AUTH, get_replay_capabilities),
    "GetReplayUri": Operation(Access.READ_MEDIA, get_replay_uri),
}
