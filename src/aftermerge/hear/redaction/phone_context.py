"""What stands about a number: a word that says that it is a telephone's, or that it is something else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aftermerge.hear.redaction.found import Found, apart

_LOOK_BACK, _LOOK_AHEAD = 48, 16
_DATE = (
    r"(?<![\d./\-])(?:(?:19|20)\d\d(?P<a>[./\-])\d{1,2}(?P=a)\d{1,2}|\d{1,2}(?P<b>[./\-])\d{1,2}(?P=b)(?:19|20)\d\d)"
    r"(?![\d]|[./\-]\d)"
)
_NOT_PHONES = re.compile(
    rf"{_DATE}"
    r"|(?<![\d:])\d{1,2}:\d\d(?::\d\d)?(?![\d:])"
    r"|(?<![\w\-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w\-])"
    r"|(?<![\w.])\d{1,5}(?:\.\d{1,6}){3,}(?![\w]|\.\d)"
    r"|(?<![\d.])\d{1,3}\.\d{4,}(?![\d.])"
    r"|(?<!\d)(?:19|20)\d\d ?- ?(?:19|20)\d\d(?!\d)",
    re.IGNORECASE,
)
_DIGIT_PAIRS = re.compile(r"\d\d(?:\.\d\d){3,}")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,4096}+", re.IGNORECASE)
_PHONE_IN_URL = re.compile(r"wa\.me/|phone=|tel=|tel:|whatsapp", re.IGNORECASE)
_PHONE_WORDS = (
    r"tel|tél|phone|telephone|téléphone|telefon|telefone|telefono|teléfono|telefoon|telefonnummer|rufnummer|handy|"
    r"handynummer|mobil|mobile|móvil|movil|celular|cellulare|cell|cellphone|mob|portable|fax|whatsapp|sms|viber|signal|"
    r"call|called|calling|callback|calls|ring|text|texted|dial|reach|dzwoń|appelez|appeler|joindre|llamar|llámame|llamen|"
    r"chiamare|chiamatemi|chiamami|ligue|ligar|bel|bellen|anrufen|erreichbar|erreichen|ringa|ring|zadzwonić|komórka|"
    r"numéro|hotline|helpline|landline|contact number|my number|mein nummer|meine nummer|mi número|mi numero|"
    r"mon numéro|mio numero|meu número|nummer ist|телефон|тел|номер|звоните|позвоните|мобильный"
)
_SAYS_PHONE = re.compile(
    rf"(?:\b(?:{_PHONE_WORDS})\b[^\d\n#]{{0,24}}|(?:电话|手机|電話|携帯|手機|전화|휴대폰|फोन|मोबाइल|هاتف|جوال|טלפון|☎|📞|📱|✆)\W{{0,6}}\w{{0,4}}\W{{0,4}})[+(]*$",
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
    for match in _NOT_PHONES.finditer(text):
        if not _DIGIT_PAIRS.fullmatch(match[0]):
            yield Found(*match.span(), "phone")


def _urls(text: str) -> Iterator[Found]:
    if "://" in text or "www." in text.lower():
        yield from (Found(*m.span(), "phone") for m in _URL.finditer(text) if not _PHONE_IN_URL.search(m[0]))


@dataclass(frozen=True, slots=True)
class Context:
    """The number from `start` to `end` of `text`."""

    text: str
    start: int
    end: int

    @property
    def written(self) -> str:
        return self.text[self.start : self.end]

    @property
    def before(self) -> str:
        return self.text[max(0, self.start - _LOOK_BACK) : self.start]

    @property
    def after(self) -> str:
        return self.text[self.end : self.end + _LOOK_AHEAD]

    @property
    def opening(self) -> str:
        """The parenthesis before it."""
        return "(" if self.before.endswith("(") else ""

    @property
    def is_plus(self) -> bool:
        return bool(_PLUS.search(self.before))

    @property
    def is_within_a_word(self) -> bool:
        """Letters, digits or an underscore at either side; a word that says `phone` may be written on to it."""
        head, tail = self.before[-1:], self.after[:1]
        is_glued = head == "_" or (head.isalnum() and not self.says_phone)
        return is_glued or tail == "_" or tail.isdigit()

    @property
    def is_amount(self) -> bool:
        return bool(_MONEY_BEFORE.search(self.before) or _MONEY_AFTER.match(self.after))

    @property
    def says_phone(self) -> bool:
        return bool(_SAYS_PHONE.search(self.before))

    @property
    def says_other(self) -> bool:
        return bool(_SAYS_OTHER.search(self.before))
