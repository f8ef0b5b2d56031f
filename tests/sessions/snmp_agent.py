"""A small SNMP v2c agent for tests, on pysnmp's message types: tables by community, and the faults of real agents."""

from __future__ import annotations

import asyncio
import socket
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import api, rfc1902
from pysnmp.proto.api import v2c

Oid = tuple[int, ...]


def oid(text: str) -> Oid:
    return tuple(map(int, text.split(".")))


@dataclass
class Agent(asyncio.DatagramProtocol):
    """``tables``: community → {oid: value}. An unknown community gets no answer, as on real agents."""

    tables: dict[str, dict[Oid, Any]]
    writable: set[Oid] = field(default_factory=set)
    ignores_sets: bool = False
    drop_next: int = 0  # datagrams that get lost
    most_rows: int = 10_000  # a GETBULK that asks for more rows gets no answer
    goes_back: bool = False  # GETBULK answers repeat an earlier OID, for ever
    names_column: bool = False  # GETBULK answers with the bare OID of the column, without an index
    refused: int = 0  # error-status of every SET
    most_bytes: int = 65_000  # of an answer; more is answered with tooBig
    answers_from: str = ""  # another address than the one that was asked
    cuts_gets: int = 10_000  # values of a GET that are answered; the others are left out
    fills: int = 10_000  # rows of one answer to a GETBULK, whatever it asks for
    fails_after: Oid = ()  # a walk that has come so far gets the error status ``failing``
    failing: int = 5  # genErr
    endless: bool = False  # a row follows on every row of a column
    requests: list[tuple[str, str]] = field(default_factory=list)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message, _ = decoder.decode(data, asn1Spec=v2c.Message())
        community = str(v2c.apiMessage.get_community(message))
        pdu = v2c.apiMessage.get_pdu(message)
        kind = type(pdu).__name__
        self.requests.append((community, kind))
        if self.drop_next:
            self.drop_next -= 1
            return
        table = self.tables.get(community)
        if table is None or (kind == "GetBulkRequestPDU" and int(pdu[2]) > self.most_rows):
            return
        answer = v2c.apiMessage.get_response(message)
        reply = v2c.apiMessage.get_pdu(answer)
        asked = [(tuple(name), value) for name, value in v2c.apiPDU.get_varbinds(pdu)]
        walks = kind in ("GetBulkRequestPDU", "GetNextRequestPDU")
        if walks and self.fails_after and asked[0][0] >= self.fails_after:
            v2c.apiPDU.set_varbinds(reply, asked)
            v2c.apiPDU.set_error_status(reply, self.failing)
        elif kind == "SetRequestPDU":
            self._set(table, asked, reply)
        elif kind == "GetBulkRequestPDU":
            v2c.apiPDU.set_varbinds(reply, self._bulk(table, [name for name, _ in asked], int(pdu[2])))
        elif kind == "GetNextRequestPDU":
            v2c.apiPDU.set_varbinds(reply, self._bulk(table, [name for name, _ in asked], 1))
        else:
            missing = api.v2c.NoSuchInstance("")
            v2c.apiPDU.set_varbinds(reply, [(name, table.get(name, missing)) for name, _ in asked][: self.cuts_gets])
        told = encoder.encode(answer)
        if len(told) > self.most_bytes:
            v2c.apiPDU.set_varbinds(reply, [])
            v2c.apiPDU.set_error_status(reply, 1)  # tooBig
            told = encoder.encode(answer)
        if self.answers_from:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.bind((self.answers_from, 0))
                other.sendto(told, addr)
            return
        self.transport.sendto(told, addr)  # type: ignore[attr-defined]

    def _set(self, table: dict[Oid, Any], asked: list[tuple[Oid, Any]], reply: Any) -> None:
        if self.refused or any(name not in self.writable for name, _ in asked):
            v2c.apiPDU.set_error_status(reply, self.refused or 17)  # notWritable
            v2c.apiPDU.set_error_index(reply, 1)
        elif not self.ignores_sets:
            table.update(asked)
        v2c.apiPDU.set_varbinds(reply, asked)

    def _bulk(self, table: dict[Oid, Any], asked: list[Oid], repetitions: int) -> list[tuple[Oid, Any]]:
        if self.names_column:
            return [(asked[0], rfc1902.Integer32(1))] * repetitions
        if self.endless:
            start = asked[0][:10]
            first = asked[0][10] if len(asked[0]) > 10 else 0
            return [((*start, first + row), rfc1902.Integer32(row)) for row in range(1, repetitions + 1)]
        known = sorted(table)
        found: list[tuple[Oid, Any]] = []
        at = list(asked)
        for _ in range(min(repetitions, self.fills)):
            for column, name in enumerate(at):
                place = bisect_right(known, name)
                if self.goes_back and place:
                    place -= 1 if known[place - 1][: len(asked[column]) - 1] == asked[column][:-1] else 0
                if place < len(known):
                    at[column] = known[place]
                    found.append((known[place], table[known[place]]))
                else:
                    found.append((name, api.v2c.EndOfMibView("")))
        return found


async def serve(agent: Agent, address: str, port: int) -> asyncio.DatagramTransport:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: agent, local_addr=(address, port))
    return transport
