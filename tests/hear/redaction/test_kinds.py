"""Each kind of personal data as people write it, and what only looks like it."""

import pytest

from aftermerge.hear.redaction import persons, redact

MAIL = [
    *(
        "maya {at} harbor {dot} com",
        "maya [ at ] harbor [ dot ] com",
        "用户@例子.公司",
        "пётр@почта.рф",
        "maya@@harbor.com",
    ),
    *(
        "maya.lindqvist@harbor.example",
        "m@x.io",
        "MAYA@HARBOR.EXAMPLE",
        "maya+app@mail.harbor.co.uk",
        "ma-ya_1@x-y.example",
    ),
    *("maya (at) harbor (dot) example", "maya[at]harbor.example", "maya at harbor dot com", "maya @ harbor.example"),
    *(
        "maya @gmail.com",
        "maya&#64;harbor.example",
        "maya%40harbor.example",
        "maya＠harbor。example",
        "ma\u200bya@har\u00adbor.example",
    ),
    *(
        "maya(at)harbor.example",
        "maya arroba harbor punto com",
        "jürgen@bücher.example",
        '"maya l"@harbor.example',
        "maya@[10.1.2.3]",
    ),
]
NO_MAIL = [
    *(
        "meet @ 5.30pm",
        "f@ck this",
        "@harbor look at this",
        "git@github.com:harbor/app.git",
        "icon@2x.png",
        "actions/checkout@v2",
    ),
    *("money at any point of time", "look at the dot", "a@b", "@@@", "5 @ 3.20"),
]
PHONES = [
    *(
        ("0 7 7 0 0 9 0 0 1 2 3", "GB"),
        ("00447700900123", None),
        ("0️⃣7️⃣7️⃣0️⃣0️⃣9️⃣0️⃣0️⃣1️⃣2️⃣3️⃣", "GB"),
        ("+33 6.12.34.56.78", None),
        ("(+44) 7700 900123", None),
        ("91 9876543210", "GB"),
    ),
    *(
        ("07700 900123", "GB"),
        ("020 7946 0123", "GB"),
        ("(0161) 496 0123", "GB"),
        ("07700900123", "GB"),
        ("07700 900123", None),
    ),
    *(("+44 (0)20 7946 0123", None), ("+442079460123", "US"), ("0044 20 7946 0123", "DE"), ("+1 (212) 555-0123", None)),
    *(
        ("(212) 555-0123", "GB"),
        ("212-555-0123", None),
        ("2125550123", "US"),
        ("1-800-555-0199", "US"),
        ("212.555.0123", "US"),
    ),
    *(
        ("06 12 34 56 78", "FR"),
        ("06.12.34.56.78", "FR"),
        ("612 345 678", "ES"),
        ("0171/1234567", "DE"),
        ("98765 43210", "IN"),
    ),
    *(
        ("9876543210", "IN"),
        ("138 1234 5678", "CN"),
        ("090-1234-5678", "JP"),
        ("22 33 44 55", "DK"),
        ("8 (916) 123-45-67", "RU"),
    ),
    *(
        ("+44\u00a020\u00a07946\u00a00123", None),
        ("０２０ ７９４６ ０１２３", "GB"),
        ("+44 20 7946 0123 ext. 12", None),
    ),
    *(
        ("٠٧٧٠٠ ٩٠٠١٢٣", "GB"),
        ("0\u200b20 79\u200b46 0123", "GB"),
        ("07700‑900‑123", "GB"),
        ("+49 171 – 1234567", None),
    ),
]
NO_PHONES = [
    *(
        "between 1990-2020 there were 300-400 cases",
        "1000 - 2000 ms",
        "scores 10-9 21-19 15-21",
        "in 2019 2020 2021 2022 2023",
        "ISBN 978-3-16-148410-0",
        "call it version 1234567",
        "1234-5678",
    ),
    *(
        "2017-05-07",
        "9-24-2020",
        "23.09.2021",
        "12:34:56",
        "order 235442788",
        "ticket #360034836454",
        "$1000000",
        "1 000 000 €",
    ),
    *(
        "1000000 users",
        "69.0.3497.71",
        "51.5074123, -0.1277583",
        "2019 - 2021",
        "abc12345678",
        "0000000182",
        "1.18.1.18.1.18",
    ),
    *("https://help.example/articles/360034836454", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "180610.011", "5/10/2021"),
    *("05-12 12:34:56.789 18610 18644 E/app", "IMG_20190704", "1, 2, 3, 4, 5, 6, 7, 8", "1 2 3 4 5 6 7 8 9 10 11 12"),
]
CARDS = [
    *("4111/1111/1111/1111", "4111,1111,1111,1111", "3400 000000 00009"),
    *(
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "3782 822463 10005",
        "6011111111111117",
        "30569309025904",
    ),
    *(
        "4111\u00a01111\u00a01111\u00a01111",
        "４１１１１１１１１１１１１１１１",
        "4222222222222",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "4111.1111.1111.1111",
    ),
]
NO_CARDS = [
    *("order no. 123-4567890-1234567"),
    "4111 1111 1111 1112",
    "0000 0000 0000 0000",
    "1111111111111111",
    "20160730_153226",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
]
IBANS = [
    *(
        "GB29 NWBK 6016 1331 9268 19",
        "DE89370400440532013000",
        "de89 3704 0044 0532 0130 00",
        "FR14 2004 1010 0505 0001 3M02 606",
    ),
    *(
        "IBAN:NL91ABNA0417164300",
        "NO93-8601-1117-947",
        "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
        "IBAN DE89 3704 0044 0532 0130 01",
        "GB29 NWBK 6016 1331 9268 18",
    ),
]
NO_IBANS = ["GB29NWBK60161331926818", "XX29NWBK60161331926819", "de89e0c2a1b3", "IT was 2020"]
IPS = [
    *(
        "192.168.3.4",
        "81.2.69.142:8080",
        "10.0.0.1/24",
        "http://203.0.113.7/login",
        "[203.0.113.7]",
        "203[.]0[.]113[.]7",
    ),
    *(
        "2001:db8::8a2e:370:7334",
        "2001:0DB8:0000:0000:0000:FF00:0042:8329",
        "fe80::1ff:fe23:4567:890a",
        "[2001:db8::1]:443",
        "ip 1.2.3.4",
    ),
]
NO_IPS = [
    *("0.1.2.3"),
    *(
        "69.0.3497.71",
        "version 1.2.3.4",
        "v1.2.3.4",
        "Chrome 70.0.1.2",
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104
        "::1",
        "std::vector",
        "12:30:45",
    ),
    *("1.2.3.4.5", "256.1.1.1", "aa:bb:cc:dd:ee:ff", "a::b", "updated to 4.12.1.33", ">=1.2.3.4"),
]
SECRETS = [
    *("token=abcd1234efgh", "password: hunter22", "https://hooks.slack.com/services/T000/B000/abcdabcdabcd"),
    *(
        "https://maya:hunter22@host.example/x",
        "postgres://app:s3cret@db.example:5432/x",
        "https://x.example/?token=abc123def",
    ),
    *(
        "https://x.example/cb#access_token=abc123def&b=1",
        "https://x.example/reset-password/abcdefghijklmnopqrstuv",
        "ghp_" + "a1B2" * 9,
    ),
    *("Bearer abcdef1234567890abcdef", "sk_live_abcdefghij1234567890", "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM"),
]
NO_SECRETS = [
    *("password: please reset it", "user@localhost"),
    "https://x.example/?page=abcdef",
    "a=b",
    "https://x.example/@maya/post",
    "the bearer of this letter",
    "token",
]


def around(text: str) -> str:
    return f"My words, {text} and more words"


@pytest.mark.parametrize("text", MAIL)
def test_a_mail_address_is_taken_out(text: str) -> None:
    assert redact(around(text)) == around("[email]")


@pytest.mark.parametrize(("text", "region"), PHONES)
def test_a_telephone_number_is_taken_out(text: str, region: str | None) -> None:
    assert redact(around(text), None, region) == around("[phone]")


@pytest.mark.parametrize("text", CARDS)
def test_a_card_number_is_taken_out(text: str) -> None:
    assert redact(around(text)) == around("[card]")


@pytest.mark.parametrize("text", IBANS)
def test_an_account_number_is_taken_out(text: str) -> None:
    assert redact(around(text.removeprefix("IBAN:"))) == around("IBAN [iban]" if text[:5] == "IBAN " else "[iban]")


@pytest.mark.parametrize("text", IPS)
def test_an_ip_address_is_taken_out(text: str) -> None:
    assert "[ip]" in redact(around(text))
    assert not any(
        part in redact(around(text)).lower() for part in ("69", "113", "192", "10.0", "db8", "fe80", "1.2.3")
    )


@pytest.mark.parametrize("text", SECRETS)
def test_what_opens_something_is_taken_out(text: str) -> None:
    redacted = redact(around(text))
    assert "[secret]" in redacted
    assert not any(part in redacted for part in ("hunter", "s3cret", "abc", "a1B2", "eyJ"))


@pytest.mark.parametrize("text", [*NO_MAIL, *NO_PHONES, *NO_CARDS, *NO_IBANS, *NO_IPS, *NO_SECRETS])
@pytest.mark.parametrize("region", [None, "GB", "US", "FR"])
def test_what_only_looks_like_it_stays(text: str, region: str | None) -> None:
    assert redact(around(text), persons(["Priya Nowak"]), region) == around(text)


def test_a_word_that_says_telephone_makes_any_number_one() -> None:
    assert redact("ticket 4567890, phone 4567890", None, "GB") == "ticket 4567890, phone [phone]"


def test_the_rest_of_an_address_of_the_web_stays_readable() -> None:
    assert (
        redact("see https://x.example/a?page=2&token=abcdef12&b=1.")
        == "see https://x.example/a?page=2&token=[secret]&b=1."
    )


def test_numbers_beside_one_another_are_each_taken_out() -> None:
    assert redact("12 4111 1111 1111 1111, 3 07700 900123", None, "GB") == "12 [card], 3 [phone]"


def test_an_unknown_country_is_none() -> None:
    assert redact("call 612 345 678", None, "XX") == "call [phone]"
    assert redact("20 7946 0123 or 612 345 678", None, "XX") == "20 7946 0123 or 612 345 678"


def test_a_word_that_says_something_else_is_nearer() -> None:
    assert redact("call me about order 4567890", None, "GB") == "call me about order 4567890"
    assert redact("wa.me/447700900123 and T: 7700900123", None, "GB") == "wa.me/[phone] and T: [phone]"
