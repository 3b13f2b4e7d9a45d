"""A mailbox: what customers wrote, and what the team answered."""

import mailbox
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from aftermerge.connectors.mbox import MailboxSource, connect
from aftermerge.connectors.mbox.words import own_words
from aftermerge.errors import DataError, SettingsError
from aftermerge.model.batch import Batch
from support.file_sources import context, pulled

ADA, FINN, BO = "Ada Quay <ada@quay.example>", "Finn Pier <finn@harbor.example>", "bo@gmail.com"


def mail(sender: str, text: str, hour: int = 10, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["Date"] = f"Fri, 05 Jan 2024 {hour}:00:00 +0000"
    message["Subject"] = headers.pop("subject", "Re: Export")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def box(root: Path, *messages: EmailMessage | bytes) -> None:
    kept = mailbox.mbox(root / "desk.mbox")
    for message in messages:
        kept.add(message)
    kept.close()


def source(root: Path, **keys: Any) -> MailboxSource:
    return connect({"path": "desk.mbox", "team": ["harbor.example"], **keys}, context(root), "desk")


def read(root: Path, *messages: EmailMessage | bytes) -> tuple[Batch, MailboxSource]:
    box(root, *messages)
    connector = source(root)
    (batch,) = pulled(connector)
    return batch, connector


def test_a_thread_is_its_first_mail_from_outside_with_the_teams_first_answer(tmp_path: Path) -> None:
    batch, connector = read(
        tmp_path,
        mail(FINN, "Done\n", 13, Message_ID="<4@h>", References="<1@q> <2@h> <3@q>"),
        mail(ADA, "It fails.\n\n-- \nAda Quay\nQuay Ltd\n", 10, Message_ID="<1@q>"),
        mail(FINN, "On it.\n\nOn Fri, 5 Jan 2024 at 10:00, Ada Quay wrote:\n> It fails.\n", 11, Message_ID="<2@h>",
             In_Reply_To="<1@q>"),
        mail(ADA, "Thanks\n", 12, Message_ID="<3@q>", In_Reply_To="<2@h>"),
    )  # fmt: skip
    (row,) = batch.feedback
    assert (row.text, row.reply) == ("Export\n\nIt fails.", "On it.")
    assert (row.time, row.replied_at) == (datetime(2024, 1, 5, 10, tzinfo=UTC), datetime(2024, 1, 5, 11, tzinfo=UTC))
    assert row.account == "quay.example"
    assert set(batch.names[row.id]) == {"Ada Quay", "ada@quay.example", "Finn Pier", "finn@harbor.example"}
    assert [known.id for known in batch.customers] == [row.asker]
    assert "ada" not in row.asker
    assert connector.unheard == {"the team itself writes": 2, "a later mail of a thread": 1}


def test_one_who_writes_twice_is_one_and_a_free_domain_is_no_account(tmp_path: Path) -> None:
    batch, _ = read(tmp_path, mail(BO, "One", Message_ID="<1@b>"), mail("B <BO@Gmail.com>", "Two", Message_ID="<2@b>"))
    first, second = batch.feedback
    assert first.author == second.author
    assert first.account is None


def test_html_becomes_text_and_attachments_are_none(tmp_path: Path) -> None:
    message = mail(ADA, "")
    message.set_content("<p>It <b>fails</b>.</p><script>alert(1)</script>", subtype="html")
    message.add_attachment(b"secret", maintype="text", subtype="plain", filename="log.txt")
    batch, _ = read(tmp_path, message)
    assert batch.feedback[0].text == "Export\n\nIt fails."


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"Content-Type: text/plain; charset=utf-8\n\ncaf\xe9", "caf\N{REPLACEMENT CHARACTER}"),
        (b"Content-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9", "café"),
        (b"Content-Type: text/plain; charset=klingon\n\n\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xf0\x9f\x91\x8b", "שלום 👋"),
        (b"Content-Type: multipart/mixed\n\nno boundary", ""),
        (b"Content-Transfer-Encoding: base64\n\nSXQgZmFpbHMu", "It fails."),
    ],
)
def test_encodings_are_read_as_they_say_and_broken_ones_replaced(tmp_path: Path, raw: bytes, text: str) -> None:
    head = b"From: ada@quay.example\nDate: Fri, 05 Jan 2024 10:00:00 +0000\nSubject: =?utf-8?q?H=C3=A9?= x\n"
    batch, _ = read(tmp_path, head + raw)
    assert batch.feedback[0].text == "\n\n".join(part for part in ("Hé x", text) if part)


def test_machines_spam_and_the_team_among_itself_are_not_heard(tmp_path: Path) -> None:
    batch, connector = read(
        tmp_path,
        mail(ADA, "Away", Auto_Submitted="auto-replied"),
        mail("no-reply@shop.example", "Buy"),
        mail(ADA, "Win", X_Gmail_Labels="Spam,Unread"),
        mail(FINN, "Lunch?", Message_ID="<9@h>"),
    )
    assert batch.feedback == ()
    assert connector.unheard == {
        "a machine wrote it": 2, "it lies among spam, drafts or what was thrown away": 1, "the team itself writes": 1,
    }  # fmt: skip


def test_a_mail_without_sender_or_time_is_rejected_and_one_without_a_zone_is_utc(tmp_path: Path) -> None:
    batch, _ = read(
        tmp_path,
        b"From: ada@quay.example\nSubject: x\n\nno time",
        b"Date: Fri, 05 Jan 2024 10:00:00 +0000\n\nno sender",
        b"From: ada@quay.example\nDate: Fri, 05 Jan 2024 10:00:00\n\nno zone",
    )
    assert [(row.row, row.reason) for row in batch.rejected] == [(1, "there is no time"), (2, "there is no sender")]
    assert [(row.text, row.time.hour) for row in batch.feedback] == [("no zone", 10)]


def test_ten_megabytes_of_text_are_rejected_but_not_a_large_attachment(tmp_path: Path) -> None:
    large = mail(ADA, "It fails.", Message_ID="<1@q>")
    large.add_attachment(b"x" * 12_000_000, maintype="application", subtype="zip", filename="log.zip")
    head = b"From: bo@mole.example\nDate: Fri, 05 Jan 2024 10:00:00 +0000\n\n"
    batch, _ = read(tmp_path, large, head + b"word " * 2_100_000)
    assert [row.text for row in batch.feedback] == ["Export\n\nIt fails."]
    assert [row.reason for row in batch.rejected] == ["its text is larger than 10,000,000 bytes"]


def test_gmails_own_threads_are_used(tmp_path: Path) -> None:
    batch, _ = read(tmp_path, mail(ADA, "One", X_GM_THRID="17"), mail(FINN, "Answer", 11, X_GM_THRID="17"))
    assert [row.reply for row in batch.feedback] == ["Answer"]


def test_mails_that_answer_each_other_in_a_circle_end(tmp_path: Path) -> None:
    batch, _ = read(tmp_path, mail(ADA, "One", Message_ID="<1@q>", In_Reply_To="<2@q>"),
                    mail(ADA, "Two", Message_ID="<2@q>", In_Reply_To="<1@q>"))  # fmt: skip
    assert len(batch.feedback) >= 1


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Yes.\n\n-----Original Message-----\nFrom: x\nold", "Yes."),
        ("Yes.\nFrom: Finn\nSent: Friday\nTo: Ada\n\nold", "Yes."),
        ("Ja.\n\nAm 05.01.2024 um 10:00 schrieb Finn Pier:\n> alt", "Ja."),
        ("Yes.\n\nOn Fri, 5 Jan 2024 at 10:00, Finn Pier <finn@harbor.example>\nwrote:\n\n> old", "Yes."),
        ("On Fri, 5 Jan 2024, Finn wrote:\n> old\n\nBeneath.", "Beneath."),
        ("Yes.\nOn Fri, 5 Jan 2024, Finn wrote:\nold without marks", "Yes."),
        ("Yes.\n\nSent from my iPhone", "Yes."),
        ("He wrote:\nit fails", "He wrote:\nit fails"),
        ("From: here to there it fails", "From: here to there it fails"),
        ("-" * 5_000_000, "-" * 5_000_000),
    ],
)
def test_only_the_writers_own_words_are_kept(text: str, own: str) -> None:
    assert own_words(text) == own


def test_reading_again_finds_nothing(tmp_path: Path) -> None:
    batch, connector = read(tmp_path, mail(ADA, "One"))
    before = (tmp_path / "desk.mbox").read_bytes()
    assert pulled(connector, batch.cursor) == []
    assert (tmp_path / "desk.mbox").read_bytes() == before


def test_what_is_no_mailbox_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        pulled(source(tmp_path))
    (tmp_path / "desk.mbox").write_text("words")
    with pytest.raises(DataError, match="no mail is in it"):
        pulled(source(tmp_path))
    with pytest.raises(SettingsError, match="who the team is"):
        source(tmp_path, team=[])
