"""The morning mail: as it is parsed again by a reader of mail."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser

import pytest

from iccc.drift.suppress import Judged
from iccc.finding import Class, Severity
from iccc.mail import MailServer
from iccc.report.drift_mail import mail, subject
from iccc.report.drifted import Drifted
from iccc.state.findings import Known
from iccc.state.mails import LastMail
from tests.report.test_drift import ALL, CITY, DEAD, EVIL, NOTHING, NOW, finding

LAST = LastMail(NOW - timedelta(hours=24))
SERVER = MailServer("mail.example.test", 25, "iccc@example.test", ("noc@example.test", "chief@example.test"))
SCREEN = 50  # lines


def read(drifted: Drifted, server: MailServer | None = SERVER) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(mail(drifted, LAST, server).as_bytes())
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None and part.get_content_charset() == "utf-8"
    content: str = part.get_content()
    return content


class Text(HTMLParser):
    """What a reader of HTML sees, and the tags that are there."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen, self.tags = "", set[str]()
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.seen += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)


def test_the_subject_counts() -> None:
    assert subject(ALL, LAST) == "Bilaspur: 4 findings, 3 new (1 critical)"
    assert subject(ALL, LastMail(NOW)) == "Bilaspur: 4 findings"
    assert subject(replace(ALL, judged=Judged((DEAD,))), LAST) == "Bilaspur: 1 finding, 1 new (1 critical)"
    assert subject(replace(ALL, judged=replace(ALL.judged, open=())), LAST) == "Bilaspur: no findings"


def test_what_the_last_mail_did_not_tell_is_new_however_long_it_stands() -> None:
    """It was in grace, waived, planned work or under another finding then."""
    standing = replace(ALL, known={one.id: Known(LAST.at - timedelta(days=3)) for one in ALL.open})
    told = frozenset(one.id for one in ALL.open if one.id != DEAD.id)
    assert subject(standing, replace(LAST, told=told)) == "Bilaspur: 4 findings, 1 new (1 critical)"
    assert subject(standing, replace(LAST, told=told | {DEAD.id})) == "Bilaspur: 4 findings"


def test_new_ones_come_first_then_what_stands_what_is_gone_and_what_is_not_counted() -> None:
    message = read(ALL)
    assert message["Subject"] == subject(ALL, LAST)
    assert (message["From"], message["To"]) == ("iccc@example.test", "noc@example.test, chief@example.test")
    assert message["Date"].datetime == NOW
    assert str(message["Message-ID"]).endswith("@example.test>")
    text = body(message, "plain")
    order = ["Not counted: 1 waived, 1 in grace, 1 planned work.", "New: 3", DEAD.id, "do: Look at its power.",
             "Still standing: 1", "bsp-j01-c04", "Resolved since the last mail: 1", "bsp-j01-c09",
             "Could not be read, wholly or in part: 1", "bsp-j01-c05"]  # fmt: skip
    at = -1
    for said in order:
        at = text.index(said, at + 1)
    assert "Nehru Chowk (नेहरू चौक)" in text and "Bilaspur (बिलासपुर), 30 Nov 2026 06:30 IST" in text
    assert len(text.splitlines()) <= SCREEN
    assert list(message.iter_attachments()) == []
    seen = Text(body(message, "html"))
    for line in text.splitlines():
        assert line.strip() in seen.seen
    assert seen.tags <= {"html", "head", "meta", "body", "p", "h3", "ul", "li", "br", "small"}


def test_many_fit_a_screen_and_are_all_attached() -> None:
    many = tuple(finding(f"bsp-j01-c{n:02}", Class.CONFIG) for n in range(1, 41))
    stands = {one.id: Known(LAST.at - timedelta(hours=9)) for one in many[20:]}
    message = read(replace(NOTHING, judged=Judged(many), known=stands, resolved=ALL.resolved))
    text = body(message, "plain")
    assert len(text.splitlines()) <= SCREEN
    assert "New: 20" in text and "  … and 12 more, in the attachment" in text
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "bilaspur-20261130-0100.jsonl"
    lines = attached.get_content().decode().splitlines()
    assert [json.loads(line)["device"] for line in lines] == [*(one.device for one in many), "bsp-j01-c09"]


def test_a_first_mail_tells_nothing_as_gone_for_nobody_was_told_that_it_stood() -> None:
    assert ALL.resolved
    message = BytesParser(policy=policy.default).parsebytes(mail(ALL, None, SERVER).as_bytes())
    assert isinstance(message, EmailMessage)
    text = body(message, "plain")
    assert "New: 3" in text and "Resolved" not in text and "bsp-j01-c09" not in text


def test_the_most_severe_of_what_is_gone_comes_first() -> None:
    (gone,) = ALL.resolved
    many = [replace(gone, device=f"x{n}", severity=Severity.MINOR) for n in range(9)]
    worst = replace(gone, device="worst", severity=Severity.CRITICAL)
    text = body(read(replace(ALL, resolved=[*many, worst])), "plain")
    lines = text.splitlines()
    assert lines[lines.index("Resolved since the last mail: 10") + 1].startswith("  worst ")


def test_what_is_wrong_and_what_does_not_answer_is_said_apart() -> None:
    assert "; 2 not as declared, 2 not answering or unread." in body(read(ALL), "plain")


def test_a_quiet_day_is_two_sentences() -> None:
    message = read(NOTHING)
    assert body(message, "plain").splitlines()[1:] == ["No findings."]


def test_a_file_needs_no_server() -> None:
    message = read(ALL, None)
    assert message["To"] == "undisclosed-recipients:;"
    assert str(message["From"]) == "iccc@localhost"


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_no_device_writes_a_header_a_line_or_markup(kind: str) -> None:
    evil = replace(DEAD, text=EVIL, next_step=EVIL, site=EVIL, device="bsp-j01-sw1")
    message = read(replace(ALL, city=replace(CITY, name=f"B {EVIL}"), judged=Judged((evil,))))
    text = body(message, kind)
    assert set(text) & set("\x1b\x9b\x00\u202e\ud800") == set()
    assert "\nno findings" not in text
    assert kind == "plain" or "b" not in Text(text).tags
    assert message["Subject"].count("\n") == 0
    assert Severity.CRITICAL in text
