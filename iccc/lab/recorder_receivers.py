"""The receiver service (trv) of a simulated recorder: the addresses that it pulls, and with which login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from iccc.lab.onvif_soap import TRV, Access, Call, Operation, SoapFault, escape, text
from iccc.lab.recorder_state import MODES, ChannelState, Link, Receiver, parted

_NS = f'xmlns:trv="{TRV}"'
_STREAMS = ("RTP-Unicast", "RTP-Multicast")
_TRANSPORTS = ("UDP", "TCP", "RTSP", "HTTP")


def receiver_capabilities(most: int) -> str:
    return (
        f'<trv:Capabilities {_NS} RTP_Multicast="false" RTP_TCP="false" RTP_RTSP_TCP="true" '
        f'SupportedReceivers="{most}" MaximumRTSPURILength="256"/>'
    )


def get_service_capabilities(state: ChannelState, _: Call) -> str:
    told = receiver_capabilities(state.options.channels)
    return f"<trv:GetServiceCapabilitiesResponse {_NS}>{told}</trv:GetServiceCapabilitiesResponse>"


def get_receivers(state: ChannelState, _: Call) -> str:
    inner = "".join(f"<trv:Receivers>{_told(state, one)}</trv:Receivers>" for one in state.receivers)
    return f"<trv:GetReceiversResponse {_NS}>{inner}</trv:GetReceiversResponse>"


def get_receiver(state: ChannelState, call: Call) -> str:
    inner = f"<trv:Receiver>{_told(state, state.receiver(call))}</trv:Receiver>"
    return f"<trv:GetReceiverResponse {_NS}>{inner}</trv:GetReceiverResponse>"


def get_receiver_state(state: ChannelState, call: Call) -> str:
    link = state.links.get(state.receiver(call).token, Link())
    inner = f"<tt:State>{link.state}</tt:State><tt:AutoCreated>false</tt:AutoCreated>"
    return (
        f"<trv:GetReceiverStateResponse {_NS}><trv:ReceiverState>{inner}</trv:ReceiverState>"
        "</trv:GetReceiverStateResponse>"
    )


def create_receiver(state: ChannelState, call: Call) -> str:
    if len(state.receivers) >= state.options.channels:
        raise SoapFault("no room for one more receiver", "ter:Action", "ter:MaxReceivers", receiver=True)
    made = state.new_receiver(_asked(call, None))
    inner = f"<trv:Receiver>{_told(state, made)}</trv:Receiver>"
    return f"<trv:CreateReceiverResponse {_NS}>{inner}</trv:CreateReceiverResponse>"


def configure_receiver(state: ChannelState, call: Call) -> str:
    old = state.receiver(call)
    state.put_receiver(replace(_asked(call, old), token=old.token))
    return f"<trv:ConfigureReceiverResponse {_NS}/>"


def set_receiver_mode(state: ChannelState, call: Call) -> str:
    state.put_receiver(replace(state.receiver(call), mode=_one_of(text(call.element, "trv:Mode"), MODES)))
    return f"<trv:SetReceiverModeResponse {_NS}/>"


def delete_receiver(state: ChannelState, call: Call) -> str:
    gone = state.receiver(call)
    if any(job.receiver == gone.token for job in state.jobs):
        raise SoapFault("a job uses it", "ter:Action", "ter:CannotDeleteReceiver", receiver=True)
    state.receivers = tuple(one for one in state.receivers if one is not gone)
    return f"<trv:DeleteReceiverResponse {_NS}/>"


def _told(state: ChannelState, receiver: Receiver) -> str:
    setup = f"<tt:Stream>{receiver.stream}</tt:Stream>"
    setup += f"<tt:Transport><tt:Protocol>{receiver.transport}</tt:Protocol></tt:Transport>"
    return (
        f"<tt:Token>{receiver.token}</tt:Token><tt:Configuration><tt:Mode>{receiver.mode}</tt:Mode>"
        f"<tt:MediaUri>{escape(state.told_uri(receiver))}</tt:MediaUri><tt:StreamSetup>{setup}</tt:StreamSetup>"
        "</tt:Configuration>"
    )


def _asked(call: Call, old: Receiver | None) -> Receiver:
    """The receiver of a request. A URI with the user of before and no password leaves the password as it is."""
    at = "trv:Configuration/tt:"
    uri, user, password = parted(text(call.element, f"{at}MediaUri") or "")
    if password is None:
        password = old.password if old is not None and old.user == user else ""
    return Receiver(
        "",
        _one_of(text(call.element, f"{at}Mode"), MODES),
        uri,
        user,
        password,
        _one_of(text(call.element, f"{at}StreamSetup/tt:Stream"), _STREAMS),
        _one_of(text(call.element, f"{at}StreamSetup/tt:Transport/tt:Protocol"), _TRANSPORTS),
    )


def _one_of(given: str | None, allowed: tuple[str, ...]) -> str:
    if given not in allowed:
        raise SoapFault(f"{given} is not one of {', '.join(allowed)}", "ter:InvalidArgVal", "ter:BadConfiguration")
    return given


RECEIVERS: Mapping[str, Operation[ChannelState]] = {
    "GetServiceCapabilities": Operation(Access.PRE_AUTH, get_service_capabilities),
    "GetReceivers": Operation(Access.READ_MEDIA, get_receivers),
    "GetReceiver": Operation(Access.READ_MEDIA, get_receiver),
    "GetReceiverState": Operation(Access.READ_MEDIA, get_receiver_state),
    "CreateReceiver": Operation(Access.ACTUATE, create_receiver),
    "ConfigureReceiver": Operation(Access.ACTUATE, configure_receiver),
    "SetReceiverMode": Operation(Access.ACTUATE, set_receiver_mode),
    "DeleteReceiver": Operation(Access.ACTUATE, delete_receiver),
}
