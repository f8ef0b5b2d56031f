"""The login that a recorder has for one camera: held back, set anew, and seen to work."""

from __future__ import annotations

from iccc.onvif.call import Call, Procedure, Service, element, part, write
from iccc.onvif.errors import BadAnswer
from iccc.recorder.bind import configure, media_uri
from iccc.recorder.bindings import Binding, Receiver, read_job_state
from iccc.recorder.channels import login_of
from iccc.recorder.state import Channel, LoginState
from iccc.secrets import Secret


def pause(binding: Binding) -> Procedure[None]:
    """Have the recorder try no login at the camera until :func:`resume`. It does not record meanwhile."""
    yield mode(_receiver(binding), "NeverConnect")


def resume(binding: Binding) -> Procedure[None]:
    """Let it connect again, as it was set to before."""
    before = _receiver(binding).mode
    yield mode(_receiver(binding), "AutoConnect" if before == "NeverConnect" else before)


def write_login(binding: Binding, channel: Channel, secret: Secret, paused: bool = False) -> Procedure[None]:
    """Write the channel with this password, whatever it had. The path that it pulls stays, and so does a pause."""
    source = binding.source
    if source is None:
        raise BadAnswer("the channel pulls nothing")
    yield configure(_receiver(binding), media_uri(channel, source.path, secret), "NeverConnect" if paused else "")


def read_login(binding: Binding) -> Procedure[LoginState]:
    """What the recorder says of the login now. Unknown while it is connecting."""
    if binding.job is None:
        raise BadAnswer("no job fills the channel")
    return login_of((yield from part(read_job_state(binding.job.token))))


def _receiver(binding: Binding) -> Receiver:
    if binding.receiver is None:
        raise BadAnswer("the channel has no receiver")
    return binding.receiver


def mode(receiver: Receiver, wanted: str) -> Call:
    """Whether a receiver connects: AutoConnect, AlwaysConnect, NeverConnect."""
    inner = element("trv:ReceiverToken", receiver.token) + element("trv:Mode", wanted)
    return write(Service.RECEIVER, "SetReceiverMode", inner)
