"""What is not believed any more of a device that a technician has set up (again)."""

from __future__ import annotations

from iccc.city.devices import City
from iccc.context import Context
from iccc.onvif.call import Service
from iccc.onvif.state import Identity
from iccc.sessions.known_services import KnownServices
from iccc.vault import LOGIN, MANAGED

MAKE = Identity("Generic", "IPC-8M", "3.1.0", "1")


def known(context: Context, camera: str) -> KnownServices:
    services = KnownServices(camera, context.learned)
    services.identified(MAKE)
    return services


def test_services_are_asked_for_anew_and_the_bootstrap_login_comes_first(context: Context) -> None:
    city: City = context.city
    camera, other = list(city.cameras)[:2]
    for name in (camera, other):
        context.learned.put(name, LOGIN, MANAGED)
        known(context, name).tell({Service.MEDIA: "/onvif/media"}, whole=False)
    context.vault.refused(camera)
    context.forget_logins([camera])
    assert context.learned.get(camera, LOGIN) is None
    assert context.vault.back_off_until(camera) is None
    assert not known(context, camera).told
    assert known(context, other).told and context.learned.get(other, LOGIN) == MANAGED
