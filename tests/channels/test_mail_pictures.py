"""Pictures within a page travel beside it, where mail readers show them."""

import ssl
from base64 import b64encode
from datetime import UTC, datetime
from email.message import EmailMessage

from aftermerge.channels.email import bulletins
from aftermerge.channels.email.config import read_config
from aftermerge.ports import Bulletin
from support.fake_smtp import FakeSmtp

PNG = b"\x89PNG\r\n\x1a\n and more"
PICTURE = f'<img src="data:image/png;base64,{b64encode(PNG).decode()}" alt="up">'


def sent(html: str) -> EmailMessage:
    with FakeSmtp() as smtp:
        given = {"sender": "Harbor <help@harbor.example>", "smtp": smtp.address, "security": "none"}
        config = read_config(given, {}, "tell")
        bulletin = Bulletin("ref-0123456789", "team@harbor.example", "This week", "It helped", html)
        with bulletins.opened(config, lambda: datetime(2026, 3, 9, tzinfo=UTC), ssl.create_default_context()) as board:
            assert board.post(bulletin).outcome == "sent"
        return smtp.mails[0].message


def test_each_picture_stands_beside_the_page_that_names_it() -> None:
    mail = sent(f"<p>Up</p>{PICTURE}{PICTURE}")
    page = mail.get_body(("html",))
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert page is not None
    assert "data:" not in page.get_content()
    assert [part.get_content() for part in pictures] == [PNG, PNG]
    for part in pictures:
        assert f'src="cid:{str(part["Content-ID"]).strip("<>")}" alt="up"' in page.get_content()
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().strip() == "It helped"


def test_what_only_speaks_of_a_picture_is_left_as_it_is() -> None:
    words = "<p>src=&quot;data:image/png;base64,AAAA&quot;</p>"
    page = sent(words).get_body(("html",))
    assert page is not None
    assert page.get_content().strip() == words
