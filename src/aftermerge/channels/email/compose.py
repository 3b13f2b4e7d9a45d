"""A mail: its headers, which nobody's words can add to, and its text with an HTML alternative."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from html import escape

from aftermerge.channels.email.config import MailConfig
from aftermerge.channels.email.pictures import beside
from aftermerge.channels.text import as_html, as_plain
from aftermerge.ports import Bulletin, Letter
from aftermerge.render.untrusted import one_line

__all__ = ["bulletin_mail", "letter_mail"]

# Lines are not folded: a folded address would be encoded, and lead nowhere.
_POLICY = EmailPolicy(linesep="\r\n", max_line_length=900, cte_type="7bit")
_LONGEST_SUBJECT = 200
_MESSAGE_ID = re.compile(r"<?(?P<id>[!-;=?-~]{1,200}@[!-;=?-~]{1,200})>?", re.ASCII)
_LINK = re.compile(r"https?://[!-;=?-~]{1,600}", re.ASCII)
_STOP = "To get no more mail about this:"
_PAGE = '<!doctype html>\n<html><head><meta charset="utf-8"></head><body>\n{}\n</body></html>\n'


def letter_mail(letter: Letter, to: str, config: MailConfig, now: datetime) -> bytes:
    """What a customer gets."""
    mail = _mail(letter.reference, letter.subject, to, config, now)
    answered = _MESSAGE_ID.fullmatch(letter.thread or "")
    if answered:
        mail["In-Reply-To"] = mail["References"] = f"<{answered['id']}>"
    text, html = as_plain(letter.text), as_html(letter.text)
    stop = letter.unsubscribe if _LINK.fullmatch(letter.unsubscribe or "") else None
    if stop:
        mail["List-Unsubscribe"] = f"<{stop}>"
        text += f"\n\n-- \n{_STOP} {stop}"
        html += f'\n<hr>\n<p><small>{_STOP} <a href="{escape(stop)}">{escape(stop)}</a></small></p>'
    if stop and stop.startswith("https://"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return _with(mail, text, _PAGE.format(html))


def bulletin_mail(bulletin: Bulletin, to: str, config: MailConfig, now: datetime) -> bytes:
    """What the team gets."""
    mail = _mail(bulletin.reference, bulletin.subject, to, config, now)
    mail["Auto-Submitted"] = "auto-generated"
    if bulletin.html is None:
        return _with(mail, bulletin.text, None)
    html, pictures = beside(bulletin.html, bulletin.reference, config.address.rpartition("@")[2])
    return _with(mail, bulletin.text, html, pictures)


def _mail(reference: str, subject: str, to: str, config: MailConfig, now: datetime) -> EmailMessage:
    mail = EmailMessage(_POLICY)
    mail["From"] = Address(config.name, addr_spec=config.address)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = one_line(subject, _LONGEST_SUBJECT)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{reference}@{config.address.rpartition('@')[2]}>"
    return mail


def _with(mail: EmailMessage, text: str, html: str | None, pictures: Mapping[str, bytes] | None = None) -> bytes:
    # Half a surrogate pair can't be sent.
    mail.set_content(text.encode("utf-8", "replace").decode())
    if html is not None:
        mail.add_alternative(html.encode("utf-8", "replace").decode(), subtype="html")
        page = list(mail.iter_parts())[-1]
        for content_id, picture in (pictures or {}).items():
            page.add_related(picture, "image", "png", cid=f"<{content_id}>", disposition="inline")
    return mail.as_bytes()
