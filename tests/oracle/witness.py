"""What simulated devices hear and answer, kept so that the schemas judge each distinct message once.

Answers are taken before a fault that the lab plays spoils them on purpose; faults are answers too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeVar

from lxml import etree

from iccc.lab.http import Request, Response
from iccc.lab.onvif import OnvifDevice
from iccc.lab.onvif_soap import ENV, SoapFault, fault_envelope
from tests.oracle.xsd import validate

Device = TypeVar("Device", bound=OnvifDevice)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_VARIES = re.compile(rb"[0-9]+")  # counts, sizes, times and addresses: no other kind of message for another number


@dataclass(frozen=True)
class Message:
    make: str
    xml: bytes  # the element inside the SOAP Body

    @property
    def action(self) -> str:
        return str(etree.QName(etree.fromstring(self.xml)).localname)

    def mistakes(self) -> list[str]:
        return [f"{self.make} {self.action}: {mistake}" for mistake in validate(self.xml)]


@dataclass
class Witness:
    """``requests`` and ``answers`` in the order in which they came; a device's make is told with each."""

    requests: list[Message] = field(default_factory=list)
    answers: list[Message] = field(default_factory=list)

    def taken(self) -> list[Message]:
        """All messages since the last time."""
        messages = self.requests + self.answers
        self.requests.clear()
        self.answers.clear()
        return messages

    def of(self, kind: type[Device]) -> type[Device]:
        """``kind``, with all that its devices hear and answer in this witness."""
        witness = self

        class Witnessed(kind):  # type: ignore[misc, valid-type]
            def _answer_soap(self, request: Request, secure: bool) -> Response:
                make = self.state.model.manufacturer
                witness.requests.extend(_message(make, request.body))
                try:
                    response: Response = super()._answer_soap(request, secure)
                except SoapFault as fault:
                    witness.answers.extend(_message(make, fault_envelope(fault)))
                    raise
                witness.answers.extend(_message(make, response.body))
                return response

        return Witnessed


class Judge:
    """Validates what it has not seen yet: one message of each make, action and form."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, bytes]] = set()

    def mistakes(self, messages: list[Message]) -> list[str]:
        found = []
        for message in messages:
            form = message.make, _VARIES.sub(b"0", message.xml)
            if form not in self._seen:
                self._seen.add(form)
                found += [f"{mistake}\n{message.xml.decode()}" for mistake in message.mistakes()]
        return found


def _message(make: str, envelope: bytes) -> list[Message]:
    """Nothing for what is no SOAP 1.2 with one element in its Body: that is refused, and another test's subject."""
    try:
        body = etree.fromstring(envelope, _PARSER).find(f"{{{ENV}}}Body")
    except etree.XMLSyntaxError:
        return []
    if body is None or len(body) != 1:
        return []
    return [Message(make, etree.tostring(body[0], with_tail=False))]
