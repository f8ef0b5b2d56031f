"""The login that a recorder has for one camera: set anew, and seen to work."""

from __future__ import annotations

from iccc.onvif.call import Procedure, part
from iccc.onvif.errors import BadAnswer
from iccc.recorder.bind import configure, media_uri
from iccc.recorder.bindings import read_bindings, read_job_state
from iccc.recorder.channels import Known, by_camera, login_of
from iccc.recorder.state import LoginState


def write_login(camera: str, known: Known) -> Procedure[str]:
    """Write the camera's channel with the password in ``known``, whatever it was; the token of its job.

    The path that it pulls stays. Raises OnvifError, also where the camera is on no channel.
    """
    binding = by_camera((yield from read_bindings()), known.declared).get(camera)
    if binding is None or binding.source is None or binding.receiver is None or binding.job is None:
        raise BadAnswer(f"{camera} is on no channel")
    uri = media_uri(known.declared[camera], binding.source.path, known.passwords[camera])
    yield configure(binding.receiver, uri)
    return binding.job.token


def read_login(job: str) -> Procedure[LoginState]:
    """What the recorder says of the login now. Unknown while it is connecting."""
    return login_of((yield from part(read_job_state(job))))
