"""What stands about a number: a word that says that it is a telephone's, or that it is something else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aftermerge.hear.redaction.fold import folded_text
from aftermerge.hear.redaction.found import Found, apart

_LOOK_BACK = 48
_DATE = (
    r"(?<!\d)(?<!\d[./\-])(?:(?:19|20)\d\d(?P<a>[./\-])\d{1,2}(?P=a)\d{1,2}|\d{1,2}(?P<b>[./\-])\d{1,2}(?P=b)(?:19|20)\d\d)"
    r"(?![\d]|[./\-]\d)"
)
_UUID = re.compile(r"(?<![\w\-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w\-])", re.IGNORECASE)
_NOT_PHONES = re.compile(
    rf"(?=\d)(?:{_DATE}"
    r"|(?<![\d:])\d{1,2}:\d\d(?::\d\d)?(?![\d:])"
    r"|(?<![\d+])(?<!\d\.)(?<!\+\d )(?<!\+\d\d )(?<!\+\d\d\d )\d{1,5}(?:\.\d{1,6}){3,}(?![\w]|\.\d)"
    r"|(?<![\d.+])(?:0|[1-9]\d*)\.\d+(?![\d.])"
    r"|(?<!\d)(?:19|20)\d\d ?- ?(?:19|20)\d\d(?!\d))"
)
_DOTTED_PHONE = re.compile(r"\d\d(?:\.\d\d){3,}|1\.[2-9]\d\d\.[2-9]\d\d\.\d{4}")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,4096}+", re.IGNORECASE)
_PHONE_IN_URL = re.compile(r"wa\.me/|phone=|tel=|tel:|whatsapp", re.IGNORECASE)
_PHONE_WORDS = folded_text(
    r"tel|tél|phone|telephone|téléphone|telefon|telefone|telefono|teléfono|telefoon|telefonnummer|rufnummer|handy|"
    r"handynummer|mobil|mobile|móvil|movil|celular|cellulare|cell|cellphone|mob|portable|fax|whatsapp|sms|viber|signal|"
    r"call|called|calling|callback|calls|ring|text|texted|dial|reach|dzwoń|appelez|appeler|joindre|llamar|llámame|llamen|"
    r"chiamare|chiamatemi|chiamami|ligue|ligar|bel|bellen|anrufen|erreichbar|erreichen|ringa|ring|zadzwonić|komórka|"
    r"numéro|hotline|helpline|landline|contact number|my number|mein nummer|meine nummer|mi número|mi numero|"
    r"mon numéro|mio numero|meu número|nummer ist|телефон|тел|номер|звоните|позвоните|мобильный"
)
_SAYS_PHONE = re.compile(
    rf"(?:\b(?:{_PHONE_WORDS})\b[^\d\n#]{{0,24}}|\b[mtp] ?: ?|wa\.me/|"
    r"(?:电话|手机|電話|携帯|手機|전화|휴대폰|फोन|मोबाइल|هاتف|جوال|טלפון|☎|📞|📱|✆)\W{{0,6}}\w{{0,4}}\W{{0,4}})[+(]*$",
    re.IGNORECASE,
)
_SAYS_OTHER = re.compile(
    r"(?:#|№|\b(?:order|orders|ticket|tickets|case|ref|reference|refnr|invoice|issue|id|ids|userid|txn|transaction|account|"
    r"acct|policy|member|membership|customer|tracking|parcel|serial|imei|build|version|revision|pin|code|sku|isbn|ean|"
    r"upc|model|request|receipt|rechnung|rechnungsnummer|bestellung|bestellnummer|kundennummer|auftrag|vorgang|commande|"
    r"facture|dossier|pedido|factura|ordine|fattura|bestelling|factuur|error|exception|line|port|pid|commit|timestamp|"
    r"epoch|bug|article|articles|hc|en-us)\b[^\w\n]{0,4}(?:(?:number|num|no|nr|id|code|is|was|no\.)\b[^\w\n]{0,4}){0,2})$",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[1-9]\d*|[1-9]\d{0,2}(?:[ .]\d{3})+")
_MONEY_BEFORE = re.compile(
    r"(?:[$€£¥₹₩₽]|\b(?:usd|eur|gbp|inr|rs|chf|aud|cad|sek|nok|dkk|pln|brl|r))[ .]?$", re.IGNORECASE
)
_MONEY_AFTER = re.compile(
    r"[ ]?(?:[$€£¥₹₩₽%]|(?:usd|eur|euros?|gbp|inr|rupees?|rs|dollars?|pounds?|chf|sek|nok|dkk|pln|zł|kr|million|"
    r"billion|users?|people|views?|downloads?|followers?|subscribers?|times|bytes|kb|mb|gb|ms|rows|lines|records|steps|points)\b)"
    r"|[.,]\d{1,2}(?!\d)",
    re.IGNORECASE,
)
_PLUS = re.compile(r"(?:^|[^\w+])[(]?\+[(]?$")


def not_phones(text: str) -> list[Found]:
    """Dates, times, versions, decimal fractions, and what stands in an address of the web."""
    return apart([*_shapes(text), *_urls(text)])


def _shapes(text: str) -> Iterator[Found]:
    yield from (Found(*match.span(), "phone") for match in _UUID.finditer(text))
    for match in _NOT_PHONES.finditer(text):
        if not _DOTTED_PHONE.fullmatch(match[0]):
            yield Found(*match.span(), "phone")


def _urls(text: str) -> Iterator[Found]:
    if "://" in text or "www." in text.lower():
        yield from (Found(*m.span(), "phone") for m in _URL.finditer(text) if not _PHONE_IN_URL.search(m[0]))


@dataclass(frozen=True, slots=True)
class Before:
    """What stands right before a number. `is_word`: a letter or an underscore, and no word that says `phone`."""

    is_plus: bool = False
    is_money: bool = False
    is_word: bool = False
    says_phone: bool = False
    says_other: bool = False


NOTHING_BEFORE = Before()


def before(text: str, start: int) -> Before:
    while text[start : start + 1] in ("+", "("):
        start += 1
    seen = text[max(0, start - _LOOK_BACK) : start]
    says_other = bool(_SAYS_OTHER.search(seen))
    says_phone = not says_other and bool(_SAYS_PHONE.search(seen))
    return Before(
        is_plus=bool(_PLUS.search(seen)),
        is_money=bool(_MONEY_BEFORE.search(seen)),
        is_word=seen[-1:] == "_" or (seen[-1:].isalnum() and not says_phone),
        says_phone=says_phone,
        says_other=says_other,
    )


def is_within_a_word(text: str, end: int) -> bool:
    return text[end : end + 1] == "_" or text[end : end + 1].isdigit()


def is_amount(text: str, written: str, end: int, before: Before) -> bool:
    """In one block or grouped by thousands, and it counts money or something else."""
    return bool(_THOUSANDS.fullmatch(written) and (before.is_money or _MONEY_AFTER.match(text, end)))
