"""What a device says about itself: services, capabilities, information."""

from __future__ import annotations

from collections.abc import Mapping

from iccc.lab import onvif_ip, onvif_network, onvif_system, onvif_time, onvif_users
from iccc.lab.onvif_model import DeviceModel
from iccc.lab.onvif_soap import (
    TAN,
    TDS,
    TIMG,
    TPTZ,
    TR2,
    TRC,
    TRP,
    TRT,
    TRV,
    TSE,
    Access,
    Call,
    Operation,
    SoapFault,
    boolean,
    each,
    escape,
    text,
)
from iccc.lab.onvif_state import DeviceState

_VERSION = "<tt:Major>{}</tt:Major><tt:Minor>{}</tt:Minor>"
_MEDIA_CAPABILITIES = (
    '<{0}:Capabilities SnapshotUri="true"{1}><{0}:ProfileCapabilities MaximumNumberOfProfiles="4"/>'
    '<{0}:StreamingCapabilities RTPMulticast="true" RTP_RTSP_TCP="true"/></{0}:Capabilities>'
)
IMAGING_CAPABILITIES = '<timg:Capabilities ImageStabilization="false"/>'
ANALYTICS_CAPABILITIES = f'<tan:Capabilities xmlns:tan="{TAN}" RuleSupport="true" AnalyticsModuleSupport="true"/>'
RECORDING_CAPABILITIES = (
    f'<trc:Capabilities xmlns:trc="{TRC}" DynamicRecordings="false" DynamicTracks="false" MaxRecordings="1" '
    'MaxRecordingJobs="2"/>'
)
PTZ_CAPABILITIES = '<tptz:Capabilities EFlip="false" Reverse="false"/>'


def media_capabilities(model: DeviceModel, prefix: str) -> str:
    """The ``Capabilities`` element of a media service, prefix ``trt`` or ``tr2``."""
    return _MEDIA_CAPABILITIES.format(prefix, model.media_flags(prefix))


def _flag(value: bool) -> str:
    return str(value).lower()


def _device_capabilities(state: DeviceState) -> str:
    model = state.model
    return (
        f'<tds:Capabilities><tds:Network IPFilter="false" ZeroConfiguration="false" NTP="{model.max_ntp}"/>'
        f'<tds:Security TLS1.2="true" OnboardKeyGeneration="{_flag(model.max_certificates > 0)}" '
        f'AccessPolicyConfig="false" Dot1X="{_flag(model.max_dot1x > 0)}" '
        f'UsernameToken="{_flag(model.wsse)}" HttpDigest="{_flag(bool(model.digest))}" MaxUsers="{model.max_users}"/>'
        '<tds:System DiscoveryResolve="false" DiscoveryBye="false" RemoteDiscovery="false" SystemBackup="false" '
        'SystemLogging="false" FirmwareUpgrade="false" HttpSystemBackup="true" HttpFirmwareUpgrade="true"/>'
        "</tds:Capabilities>"
    )


def get_services(state: DeviceState, call: Call) -> str:
    detailed = boolean(text(call.element, "tds:IncludeCapability"))
    described = {
        TDS: _device_capabilities(state),
        TRT: media_capabilities(state.model, "trt"),
        TR2: media_capabilities(state.model, "tr2"),
        TIMG: IMAGING_CAPABILITIES,
        TPTZ: PTZ_CAPABILITIES,
        TAN: ANALYTICS_CAPABILITIES,
        TRC: RECORDING_CAPABILITIES,
    }
    entries = ""
    for service in state.model.services:
        more = (service.capabilities or described.get(service.namespace, "")) if detailed else ""
        entries += (
            f"<tds:Service><tds:Namespace>{service.namespace}</tds:Namespace>"
            f"<tds:XAddr>{call.http_base}{service.path}</tds:XAddr>"
            f"{more and f'<tds:Capabilities>{more}</tds:Capabilities>'}"
            f"<tds:Version>{_VERSION.format(*service.version)}</tds:Version></tds:Service>"
        )
    return f"<tds:GetServicesResponse>{entries}</tds:GetServicesResponse>"


def get_capabilities(state: DeviceState, call: Call) -> str:
    wanted = {(entry.text or "").strip() for entry in each(call.element, "tds:Category")} or {"All"}
    paths = {service.namespace: service.path for service in state.model.services}
    parts = ""
    if wanted & {"All", "Analytics"} and TAN in paths:
        parts += (
            f"<tt:Analytics><tt:XAddr>{call.http_base}{paths[TAN]}</tt:XAddr><tt:RuleSupport>true</tt:RuleSupport>"
            "<tt:AnalyticsModuleSupport>true</tt:AnalyticsModuleSupport></tt:Analytics>"
        )
    if wanted & {"All", "Device"}:
        parts += (
            f"<tt:Device><tt:XAddr>{call.http_base}{paths[TDS]}</tt:XAddr>"
            "<tt:System><tt:DiscoveryResolve>false</tt:DiscoveryResolve><tt:DiscoveryBye>false</tt:DiscoveryBye>"
            "<tt:RemoteDiscovery>false</tt:RemoteDiscovery><tt:SystemBackup>false</tt:SystemBackup>"
            "<tt:SystemLogging>false</tt:SystemLogging><tt:FirmwareUpgrade>false</tt:FirmwareUpgrade>"
            f"<tt:SupportedVersions>{_VERSION.format(2, 60)}</tt:SupportedVersions></tt:System></tt:Device>"
        )
    if wanted & {"All", "Imaging"} and TIMG in paths:
        parts += f"<tt:Imaging><tt:XAddr>{call.http_base}{paths[TIMG]}</tt:XAddr></tt:Imaging>"
    if wanted & {"All", "Media"} and TRT in paths:
        parts += (
            f"<tt:Media><tt:XAddr>{call.http_base}{paths[TRT]}</tt:XAddr><tt:StreamingCapabilities>"
            "<tt:RTPMulticast>true</tt:RTPMulticast><tt:RTP_TCP>false</tt:RTP_TCP>"
            "<tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities></tt:Media>"
        )
    if wanted & {"All", "PTZ"} and TPTZ in paths:
        parts += f"<tt:PTZ><tt:XAddr>{call.http_base}{paths[TPTZ]}</tt:XAddr></tt:PTZ>"
    if more := _extension(state.model, call, wanted):
        parts += f"<tt:Extension>{more}</tt:Extension>"
    if not parts:
        raise SoapFault("no such service", "ter:ActionNotSupported", "ter:NoSuchService", receiver=True)
    return f"<tds:GetCapabilitiesResponse><tds:Capabilities>{parts}</tds:Capabilities></tds:GetCapabilitiesResponse>"


def _extension(model: DeviceModel, call: Call, wanted: set[str]) -> str:
    """What came after the first ONVIF, in the order of the schema."""
    kinds = "<tt:ReceiverSource>{}</tt:ReceiverSource><tt:MediaProfileSource>{}</tt:MediaProfileSource>".format(
        *(("true", "false") if model.records_others else ("false", "true"))
    )
    kinds += "<tt:DynamicRecordings>false</tt:DynamicRecordings><tt:DynamicTracks>false</tt:DynamicTracks>"
    receiver = "<tt:RTP_Multicast>false</tt:RTP_Multicast><tt:RTP_TCP>false</tt:RTP_TCP>"
    receiver += "<tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP><tt:SupportedReceivers>64</tt:SupportedReceivers>"
    told = (
        ("Recording", TRC, f"{kinds}<tt:MaxStringLength>64</tt:MaxStringLength>"),
        ("Search", TSE, "<tt:MetadataSearch>false</tt:MetadataSearch>"),
        ("Replay", TRP, ""),
        ("Receiver", TRV, f"{receiver}<tt:MaximumRTSPURILength>256</tt:MaximumRTSPURILength>"),
    )
    paths = {service.namespace: service.path for service in model.services}
    return "".join(
        f"<tt:{name}><tt:XAddr>{call.http_base}{paths[namespace]}</tt:XAddr>{more}</tt:{name}>"
        for name, namespace, more in told
        if wanted & {"All", name} and namespace in paths
    )


def get_service_capabilities(state: DeviceState, _: Call) -> str:
    return f"<tds:GetServiceCapabilitiesResponse>{_device_capabilities(state)}</tds:GetServiceCapabilitiesResponse>"


def get_device_information(state: DeviceState, _: Call) -> str:
    model = state.model
    return (
        f"<tds:GetDeviceInformationResponse><tds:Manufacturer>{escape(model.manufacturer)}</tds:Manufacturer>"
        f"<tds:Model>{escape(model.model)}</tds:Model>"
        f"<tds:FirmwareVersion>{escape(state.firmware or model.firmware)}</tds:FirmwareVersion>"
        f"<tds:SerialNumber>{state.serial}</tds:SerialNumber><tds:HardwareId>{model.hardware_id}</tds:HardwareId>"
        "</tds:GetDeviceInformationResponse>"
    )


DEVICE_SERVICE: Mapping[str, Operation[DeviceState]] = {
    "GetServices": Operation(Access.PRE_AUTH, get_services),
    "GetCapabilities": Operation(Access.PRE_AUTH, get_capabilities),
    "GetServiceCapabilities": Operation(Access.PRE_AUTH, get_service_capabilities),
    "GetDeviceInformation": Operation(Access.READ_SYSTEM, get_device_information),
    **onvif_time.OPERATIONS,
    **onvif_users.OPERATIONS,
    **onvif_network.OPERATIONS,
    **onvif_ip.OPERATIONS,
    **onvif_system.OPERATIONS,
}
