"""``recorders.yaml`` and ``servers.yaml``: what stands in the control centre."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from iccc.city.model.common import End, FormerUnit, Lifecycle, Mac, Owner, Serial, Slug, UserName
from iccc.yamlfile import Strict


class ArrayEntry(Strict):
    """The disks that a server records onto. They are put together and formatted by whoever builds the server."""

    source: Annotated[
        str,
        Field(
            pattern=r"^(LABEL|UUID)=[A-Za-z0-9_-]{1,36}$|^/dev/[A-Za-z0-9/_-]{1,64}$",
            description="the file system by label, UUID or device: LABEL=recordings",
        ),
    ]
    mount: Annotated[
        str, Field(pattern=r"^(/[a-z0-9_-]{1,32}){2,4}$", description="a folder below another one: /srv/recordings")
    ] = "/srv/recordings"
    type: Literal["ext4", "xfs"] = "xfs"


class HostEntry(Strict):
    """What a Debian server is deployed with, beside what the city says of all."""

    ssh_user: UserName = "iccc"  # may become root by sudo, and logs in with a key


class RecorderHostEntry(HostEntry):
    """Of a server that records."""

    array: ArrayEntry
    segment_s: Annotated[int, Field(ge=60, le=300)] = 60
    keep_free_percent: Annotated[int, Field(ge=5, le=50)] = 10  # of the array: the oldest footage goes for it


class RecorderEntry(Strict):
    number: Annotated[int, Field(ge=1, le=200)]
    at: End  # "switch port"
    type: Literal["server", "appliance"]
    device_type: Slug
    standby: bool = False
    host: RecorderHostEntry | None = None  # of a server
    mac: Mac | None = None
    serial: Serial | None = None
    former: tuple[FormerUnit, ...] = ()  # units that stood here before, the last one at the end
    owner: Owner = "project"
    status: Lifecycle
    phase: Slug

    @model_validator(mode="after")
    def _hosted(self) -> RecorderEntry:
        if self.type == "server" and self.host is None:
            raise ValueError("a recorder of type server needs 'host': {array: {source: LABEL=recordings}}")
        if self.type == "appliance" and self.host is not None:
            raise ValueError("'host' is of recorders of type server; this one is an appliance")
        return self


class RecordersFile(Strict):
    schema_: Literal["recorders/v1"] = Field(alias="schema")
    recorders: tuple[RecorderEntry, ...]


class ServerEntry(Strict):
    number: Annotated[int, Field(ge=1, le=100)]
    roles: Annotated[
        tuple[Literal["ntp", "syslog", "monitoring", "vms", "analytics", "storage"], ...], Field(min_length=1)
    ]
    at: End
    device_type: Slug
    host: HostEntry | None = None  # left out: it is counted and addressed, and not deployed
    mac: Mac | None = None
    serial: Serial | None = None
    owner: Owner = "project"
    status: Lifecycle
    phase: Slug


MailAddress = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9.!#$%&*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}$",
        description="a mail address: control-room@example.in",
    ),
]


class AlertsEntry(Strict):
    """Who gets alerts by mail. ``user`` logs in to the relay; the password is in the secret store."""

    relay: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9.-]{1,190}:[0-9]{1,5}$", description="host and port of the relay: 10.80.0.5:25")
    ]
    starttls: bool = False
    sender: MailAddress
    to: Annotated[tuple[MailAddress, ...], Field(min_length=1)]
    user: Annotated[str, Field(pattern=r"^[A-Za-z0-9._@+-]{1,64}$", description="a user of the relay")] | None = None

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> AlertsEntry:
        if self.user and not self.starttls and not self.relay.endswith(":465"):
            raise ValueError("with a user starttls is true, or the relay's port 465 (TLS from the start)")
        return self


class HeartbeatEntry(Strict):
    """Who is called while all is well, and tells somebody when no call comes any more."""

    url: Annotated[
        str,
        Field(
            pattern=r"^https?://[A-Za-z0-9.-]{1,190}(:[0-9]{1,5})?(/[A-Za-z0-9._~/?=&%-]{0,300})?$",
            description="a URL without a login: https://watch.example.in/ping/7f3a",
        ),
    ]
    every_min: Annotated[int, Field(ge=1, le=60)] = 5


class ServersFile(Strict):
    schema_: Literal["servers/v1"] = Field(alias="schema")
    alerts: AlertsEntry | None = None  # left out: alerts are only shown
    heartbeat: HeartbeatEntry | None = None  # left out: nobody is told that the monitoring itself has stopped
    servers: tuple[ServerEntry, ...]
