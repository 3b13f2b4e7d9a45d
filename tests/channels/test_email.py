"""What only mail does: its headers, its server's moods, its secrecy."""

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aftermerge.channels import load_correspondence, load_noticeboard
from aftermerge.channels.email import bulletins, letters
from aftermerge.channels.email.config import MailConfig, read_config
from aftermerge.errors import OutsideError, SettingsError
from aftermerge.ports import Bulletin, Correspondence, Letter
from support.fake_smtp import FakeSmtp

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ADA = "ada@customer.example"
LETTER = Letter("ref-0123456789", "You asked for export", "It is **there**.", address=ADA)
SENDER = "Harbor <help@harbor.example>"


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    with FakeSmtp() as smtp:
        yield smtp


def config(smtp: FakeSmtp, **more: object) -> MailConfig:
    return read_config({"sender": SENDER, "smtp": smtp.address, "security": "none", **more}, {}, "tell")


def opened(smtp: FakeSmtp, timeout: float = 30.0) -> AbstractContextManager[Correspondence]:
    return letters.opened(config(smtp), lambda: NOW, ssl.create_default_context(), timeout)


def test_it_is_found_by_its_name() -> None:
    assert load_correspondence("email") is letters.connect
    assert load_noticeboard("email") is bulletins.connect


def test_a_mail_says_who_writes_and_what_it_answers_and_how_to_stop_it(smtp: FakeSmtp) -> None:
    asked = replace(
        LETTER, thread="<CAF+1@mail.customer.example>", unsubscribe="https://after.harbor.example/stop/x.Y_z-1"
    )
    with opened(smtp) as mail:
        assert mail.send(asked).outcome == "sent"
    [got] = smtp.mails
    assert (got.sender, got.to) == ("help@harbor.example", ADA)
    wanted = {
        "From": SENDER,
        "To": ADA,
        "Subject": "You asked for export",
        "Date": "Mon, 02 Mar 2026 09:00:00 +0000",
        "Message-ID": "<ref-0123456789@harbor.example>",
        "In-Reply-To": "<CAF+1@mail.customer.example>",
        "References": "<CAF+1@mail.customer.example>",
        "List-Unsubscribe": "<https://after.harbor.example/stop/x.Y_z-1>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert {name: str(got.message[name]) for name in wanted} == wanted
    assert got.part("plain").startswith("It is there.\n\n-- \nTo get no more mail about this: https://after.harbor")
    assert "<p>It is <strong>there</strong>.</p>" in got.part("html")
    assert '<a href="https://after.harbor.example/stop/x.Y_z-1">' in got.part("html")


def test_a_long_address_to_stop_it_stays_whole_in_one_line(smtp: FakeSmtp) -> None:
    link = f"https://after.harbor.example/stop/{'x' * 400}"
    with opened(smtp) as mail:
        mail.send(replace(LETTER, unsubscribe=link))
    assert f"List-Unsubscribe: <{link}>\r\n".encode() in smtp.mails[0].raw


def test_without_what_it_answers_and_how_to_stop_it_neither_is_said(smtp: FakeSmtp) -> None:
    with opened(smtp) as mail:
        mail.send(replace(LETTER, thread="0123456789abcdef", unsubscribe="javascript:x"))
    for name in ("In-Reply-To", "References", "List-Unsubscribe", "List-Unsubscribe-Post", "Bcc"):
        assert smtp.mails[0].message[name] is None


@pytest.mark.parametrize(
    "hostile", ["x\r\nBcc: eve@evil.test", "x\nBcc: eve@evil.test", "x\r\n\r\nbody", "x\u2028Bcc: e"]
)
def test_no_words_add_a_header(smtp: FakeSmtp, hostile: str) -> None:
    letter = replace(LETTER, subject=hostile, thread=f"<a@{hostile}>", unsubscribe=f"https://x.test/{hostile}")
    with opened(smtp) as mail:
        assert mail.send(letter).outcome == "sent"
        assert mail.send(replace(letter, address=f"{ADA}{hostile[1:]}")).outcome == "refused"
    [got] = smtp.mails
    assert got.message["Bcc"] is None
    assert got.message["In-Reply-To"] is None
    assert str(got.message["Subject"]).startswith("x ")


def test_words_in_any_script_arrive(smtp: FakeSmtp) -> None:
    words = "Grüße, 株式会社 🎉 \ud800 . \n.\nfin"
    with opened(smtp) as mail:
        mail.send(replace(LETTER, subject="Grüße 🎉", text=words))
    assert smtp.mails[0].message["Subject"] == "Grüße 🎉"
    assert smtp.mails[0].part("plain").split() == ["Grüße,", "株式会社", "🎉", ".", ".", "fin"]


@pytest.mark.parametrize(
    ("address", "written_to"),
    [
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        (" ada@customer.example ", ADA),
        ("ada@customer.example, eve@evil.test", None),
        ("Ada <ada@customer.example>", None),
        ("ada..x@customer.example", None),
        ("ada@", None),
        ("äda@customer.example", None),
        (f"{'a' * 65}@customer.example", None),
        ("", None),
        (None, None),
    ],
)
def test_only_one_whole_address_is_written_to(smtp: FakeSmtp, address: str | None, written_to: str | None) -> None:
    with opened(smtp) as mail:
        sent = mail.send(replace(LETTER, address=address))
    assert sent.outcome == ("sent" if written_to else "refused")
    assert [one.to for one in smtp.mails] == ([written_to] if written_to else [])


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "450 4.2.0 greylisted", "452 mailbox full"])
def test_one_address_that_is_not_taken_does_not_stop_the_others(smtp: FakeSmtp, answer: str) -> None:
    smtp.answers[ADA] = answer
    with opened(smtp) as mail:
        refused = mail.send(LETTER)
        assert mail.send(replace(LETTER, address="ben@customer.example")).outcome == "sent"
    assert refused.outcome == "refused"
    assert refused.reason.endswith(f"{'for now' if answer.startswith('4') else 'at all'}: {answer}")
    assert [one.to for one in smtp.mails] == ["ben@customer.example"]
    assert smtp.connections == 1


@pytest.mark.parametrize("answer", ["554 5.7.1 looks like spam", "451 4.3.0 try again later"])
def test_a_mail_that_the_server_read_and_does_not_take_is_refused(smtp: FakeSmtp, answer: str) -> None:
    smtp.after_data = answer
    with opened(smtp) as mail:
        assert mail.send(LETTER).outcome == "refused"
        smtp.after_data = None
        assert mail.send(LETTER).outcome == "sent"


def test_an_answer_that_nobody_can_read_leaves_it_unknown(smtp: FakeSmtp) -> None:
    smtp.after_data = "what?"
    with opened(smtp) as mail:
        assert mail.send(LETTER).outcome == "unknown"
    assert smtp.told == 1


@pytest.mark.parametrize("says_so", [True, False])
def test_a_server_that_hung_up_between_two_mails_is_called_again(smtp: FakeSmtp, says_so: bool) -> None:
    smtp.sulks, smtp.says_so = True, says_so
    with opened(smtp) as mail:
        assert [mail.send(LETTER).outcome for _ in range(3)] == ["sent"] * 3
    assert len(smtp.mails) == 3
    assert smtp.connections == 2


def test_after_one_of_unknown_fate_the_next_goes_over_a_new_connection(smtp: FakeSmtp) -> None:
    smtp.breaks = True
    with opened(smtp) as mail:
        assert mail.send(LETTER).outcome == "unknown"
        smtp.breaks = False
        assert mail.send(replace(LETTER, address="ben@customer.example")).outcome == "sent"
    assert [one.to for one in smtp.mails] == [ADA, "ben@customer.example"]


def test_a_server_that_is_not_there_ends_the_job_with_nothing_sent(smtp: FakeSmtp) -> None:
    nowhere = replace(config(smtp), port=1)
    with (
        pytest.raises(OutsideError, match=r"127\.0\.0\.1:1 can't be reached") as raised,
        letters.opened(nowhere, lambda: NOW, ssl.create_default_context()) as mail,
    ):
        mail.send(LETTER)
    assert raised.value.then == "run it again later"


@pytest.mark.parametrize(
    ("answer", "kind"), [("550 5.7.1 not your domain", SettingsError), ("451 not now", OutsideError)]
)
def test_a_sender_who_may_not_write_ends_the_job(smtp: FakeSmtp, answer: str, kind: type[Exception]) -> None:
    smtp.sender_refused = answer
    with pytest.raises(kind, match=r"does not let help@harbor\.example write"), opened(smtp) as mail:
        mail.send(LETTER)


def test_nothing_is_connected_to_before_there_is_a_mail(smtp: FakeSmtp) -> None:
    with opened(smtp):
        pass
    assert smtp.connections == 0


def test_the_team_gets_text_and_html_that_no_machine_answers(smtp: FakeSmtp) -> None:
    bulletin = Bulletin("ref-0123456789", "team@harbor.example", "This week", "It *helped*\n", "<h1>It helped</h1>")
    with bulletins.opened(config(smtp), lambda: NOW, ssl.create_default_context()) as board:
        assert board.post(bulletin).outcome == "sent"
        assert board.post(replace(bulletin, html=None)).outcome == "sent"
    first, second = smtp.mails
    assert (first.part("plain"), first.part("html")) == ("It *helped*\n", "<h1>It helped</h1>\n")
    assert first.message["Auto-Submitted"] == "auto-generated"
    assert second.message.get_content_type() == "text/plain"


@pytest.mark.parametrize("from_the_start", [True, False])
def test_what_goes_over_the_wire_is_secret(tmp_path: Path, from_the_start: bool) -> None:
    key, certificate = certified(tmp_path)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with FakeSmtp("harbor", "pass word", tls=server, from_the_start=from_the_start) as smtp:
        given = {"sender": SENDER, "smtp": smtp.address, "smtp_user": "harbor"}
        security = {"security": "tls"} if from_the_start else {}
        secret = read_config({**given, **security}, {"AFTERMERGE_SMTP_PASSWORD": "pass word"}, "tell")
        with letters.opened(secret, lambda: NOW, trusting) as mail:
            assert mail.send(LETTER).outcome == "sent"
        with (
            pytest.raises(OutsideError, match=r"(?i)certificate"),
            letters.opened(secret, lambda: NOW, ssl.create_default_context()) as mail,
        ):
            mail.send(LETTER)
    assert len(smtp.mails) == 1


def test_a_server_without_starttls_gets_no_password_and_no_mail() -> None:
    with FakeSmtp("harbor", "pw") as smtp:
        given = {"sender": SENDER, "smtp": smtp.address, "smtp_user": "harbor"}
        secret = read_config(given, {"AFTERMERGE_SMTP_PASSWORD": "pw"}, "tell")
        with (
            pytest.raises(SettingsError, match="does not speak STARTTLS"),
            letters.opened(secret, lambda: NOW, ssl.create_default_context()) as mail,
        ):
            mail.send(LETTER)
    assert smtp.mails == []


def test_a_password_is_in_nothing_that_is_printed() -> None:
    given = {"sender": SENDER, "smtp": "smtp.harbor.example", "smtp_user": "harbor"}
    read = read_config(given, {"AFTERMERGE_SMTP_PASSWORD": "pass word"}, "tell")
    assert "pass word" not in repr(read)
    assert (read.port, read.security, read.password.value) == (587, "starttls", "pass word")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "`sender` of `tell` is no sender"),
        ({"sender": "Harbor"}, "is no sender"),
        ({"sender": "Harbor <help@harbor.example>\nBcc: x@y.z"}, "is no sender"),
        ({"sender": SENDER}, "`smtp` of `tell` is no mail server"),
        ({"sender": SENDER, "smtp": "smtp.example:99999"}, "is no mail server"),
        ({"sender": SENDER, "smtp": "smtp://smtp.example"}, "is no mail server"),
        ({"sender": SENDER, "smtp": "smtp.example", "security": "none"}, "smtp.example is not this machine"),
        ({"sender": SENDER, "smtp": "smtp.example", "security": "ssl"}, "can't be `ssl`"),
        ({"sender": SENDER, "smtp": "smtp.example", "smtp_user": "x"}, "AFTERMERGE_SMTP_PASSWORD is not set"),
        ({"sender": SENDER, "smtp": "smtp.example", "password": "x"}, "unknown key `password`"),
    ],
)
def test_a_setting_that_can_not_be_used_is_told(given: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_config(given, {}, "tell")


def certified(folder: Path) -> tuple[Path, Path]:
    """A key, and a certificate of this machine that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    own = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(own, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    kept = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, kept, serialization.NoEncryption()))
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "key.pem", folder / "certificate.pem"
