"""Personal data that nobody has, written as people write it; drawn by a seed.

The formats are written by hand from how people of each country write theirs: `#` is any digit, `N` one of 2 to 9. They
are by the same hand as the finders, and came after their first draft: a way of writing that neither thought of is
missing from both.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

INTERNATIONAL = (
    *("+44 7### ######", "+44 (0)20 7### ####", "0044 20 7#######", "+44-161-###-####", "+447#########"),
    *("+1 N## N## ####", "+1-N##-N##-####", "+1 (N##) N##-####", "+1N##N######", "+1.N##.N##.####"),
    *("+49 171 #######", "+49 (0)30 ########", "+4915########", "0049 89 ########", "+49/30/########"),
    *("+33 6 ## ## ## ##", "+33 (0)1 4# ## ## ##", "+336########", "0033 6 ## ## ## ##"),
    *("+34 6## ### ###", "+346########", "+39 3## ### ####", "+39 06 #### ####", "+31 6 ## ## ## ##", "+31-20-#######"),
    *("+32 4## ## ## ##", "+41 44 ### ## ##", "+4179#######", "+43 664 #######", "+48 5## ### ###", "+46 70 ### ## ##"),
    *("+47 9## ## ###", "+45 ## ## ## ##", "+91 98########", "+91-9####-#####", "+919#########", "+61 4## ### ###"),
    *("+61 (0)2 #### ####", "+55 11 9####-####", "+55 (11) 9####-####", "+52 55 #### ####", "+81 90-####-####"),
    *(
        "+86 138 #### ####",
        "+82 10-####-####",
        "+65 9### ####",
        "+351 91# ### ###",
        "+7 9## ###-##-##",
        "+90 532 ### ## ##",
    ),
    *(
        "+353 87 ### ####",
        "+420 6## ### ###",
        "+27 82 ### ####",
        "+972-50-###-####",
        "+971 50 ### ####",
        "+234 803 ### ####",
    ),
)
NATIONAL: Mapping[str, tuple[str, ...]] = {
    "GB": ("020 7### ####", "07### ######", "(0161) ### ####", "01865 ######", "07#########", "0113-###-####"),
    "US": ("(N##) N##-####", "N##-N##-####", "N##.N##.####", "1-N##-N##-####", "N## N## ####", "(N##)N##-####"),
    "CA": ("(416) N##-####", "604-N##-####", "514 N##-####"),
    "DE": ("030 ########", "0171/#######", "(089) ## ## ## ##", "0151-########", "0176 ## ## ## ##", "0171#######"),
    "FR": ("06 ## ## ## ##", "01.4#.##.##.##", "06########", "07-##-##-##-##", "(0)6 ## ## ## ##"),
    "ES": ("6## ### ###", "6## ## ## ##", "91 ### ## ##", "6########", "93-###-##-##"),
    "IT": ("347 #######", "339 ### ####", "06 #### ####", "02-########", "333#######", "051/######"),
    "NL": ("06-########", "06 ########", "020-#######", "06 ## ## ## ##", "(030) ### ## ##"),
    "BE": ("047# ## ## ##", "02 ### ## ##", "04##/######", "0498######"),
    "CH": ("079 ### ## ##", "044 ### ## ##", "078#######"),
    "AT": ("0664 #######", "0650/#######", "01 #######"),
    "PL": ("60# ### ###", "22 ### ## ##", "50#-###-###", "79#######"),
    "SE": ("070-### ## ##", "08-### ### ##", "073#######"),
    "NO": ("4## ## ###", "9## ## ###", "22 ## ## ##"),
    "DK": ("2# ## ## ##", "33 ## ## ##", "40 ## ## ##"),
    "IN": ("98### #####", "98########", "080 4### ####", "99##-###-###", "0 98### #####"),
    "AU": ("04## ### ###", "(02) 9### ####", "04########", "03 9### ####"),
    "BR": ("(11) 9####-####", "11 9####-####", "(21) 3###-####", "11 9#### ####"),
    "MX": ("55 #### ####", "33 #### ####", "(55) ####-####"),
    "JP": ("090-####-####", "03-####-####", "080########"),
    "CN": ("138 #### ####", "138########", "139-####-####", "010-6#######"),
    "KR": ("010-####-####", "02-###-####"),
    "PT": ("91# ### ###", "96# ### ###", "21 ### ## ##"),
    "RU": ("8 (916) ###-##-##", "8-903-###-##-##", "8916#######"),
    "TR": ("0532 ### ## ##", "0(542) ### ## ##", "0212 ### ####"),
    "IE": ("087 ### ####", "086#######", "(01) ### ####"),
    "ZA": ("082 ### ####", "0722######", "021 ### ####"),
    "SG": ("9### ####", "8#######"),
}
"""By country, as the people there write the numbers of their own."""

FIRST = (
    *("Oluwaseun", "Priya", "Maximilian", "Chloé", "Søren", "Siobhán", "Giuseppe", "Wojciech", "Anneliese", "Hiroshi"),
    *("Fatima", "Björn", "Katarzyna", "Thiago", "Nguyen", "Zeynep", "Lucía", "Jürgen", "Matthew", "Jennifer"),
)
LAST = (
    *("Adeyemi", "Ramanathan", "Brückner", "Lefèvre", "Østergaard", "O’Callaghan", "Bevilacqua", "Kowalczyk"),
    *(
        "Hernández",
        "Tanaka",
        "Al-Rashid",
        "Lindqvist",
        "Yıldız",
        "Carvalho",
        "Vandenberghe",
        "Papadopoulos",
        "Thompson",
    ),
)
EVERYDAY_NAMES = ("Will May", "Grace Hill", "Mark Price", "Rose Banks", "Faith Young", "Bill Page", "Hope Summer")
HOSTS = ("gmail.com", "web.de", "mail.example.org", "acme-corp.co.uk", "université.example.fr", "laposte.net", "x.io")
ACCOUNTS = (
    *(("DE", "#" * 18), ("GB", "AAAA" + "#" * 14), ("FR", "#" * 10 + "A" * 11 + "##"), ("ES", "#" * 20)),
    *(("IT", "A" + "#" * 22), ("NL", "AAAA" + "#" * 10), ("BE", "#" * 12), ("CH", "#" * 17), ("AT", "#" * 16)),
    *(("PL", "#" * 24), ("SE", "#" * 20), ("NO", "#" * 11), ("DK", "#" * 14), ("IE", "AAAA" + "#" * 14)),
    *(("PT", "#" * 21), ("FI", "#" * 14), ("GR", "#" * 23), ("TR", "#" * 22), ("AE", "#" * 19)),
)
"""Of the countries' IBANs what follows the check digits; `A` is any letter."""
_ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class Seeded:
    """One piece of personal data. `core` are the parts of it that must all be gone."""

    kind: str
    text: str
    core: tuple[str, ...]
    region: str | None = None
    names: tuple[str, ...] = ()


Draw = Callable[[random.Random], Seeded]


def filled(rng: random.Random, pattern: str) -> str:
    digits = {"#": "0123456789", "N": "23456789"}
    return "".join(rng.choice(digits[sign]) if sign in digits else sign for sign in pattern)


def phone_abroad(rng: random.Random) -> Seeded:
    text = filled(rng, rng.choice(INTERNATIONAL))
    return Seeded("phone, international", text, (text[-4:],), rng.choice([None, *NATIONAL]))


def phone_at_home(rng: random.Random) -> Seeded:
    region = rng.choice(list(NATIONAL))
    text = filled(rng, rng.choice(NATIONAL[region]))
    return Seeded("phone, of the workspace's country", text, (text[-4:],), region)


def phone_elsewhere(rng: random.Random) -> Seeded:
    """Without its country's code, in a workspace of another country: often nothing says that it is a telephone's."""
    home, region = rng.sample(list(NATIONAL), 2)
    text = filled(rng, rng.choice(NATIONAL[home]))
    return Seeded("phone, of another country, no code", text, (text[-4:],), region)


def email(rng: random.Random) -> Seeded:
    first, last = _ascii(rng.choice(FIRST)), _ascii(rng.choice(LAST))
    local = rng.choice([f"{first}.{last}", f"{first}_{last}{rng.randint(1, 99)}", f"{first[0]}{last}", f"{last}+app"])
    text = f"{local}@{rng.choice(HOSTS)}"
    text = rng.choice([text, text, text.upper(), f"<{text}>", f"mailto:{text}", f"{text}."])
    return Seeded("e-mail", text, (local.lower(), text.lower().partition("@")[2].strip(">.")))


def email_hidden(rng: random.Random) -> Seeded:
    local, host = f"{_ascii(rng.choice(FIRST))}{rng.randint(10, 99)}", rng.choice(("gmail", "acme", "posteo"))
    form = rng.choice(
        (
            *(
                "{0} (at) {1} (dot) com",
                "{0}[at]{1}.com",
                "{0} at {1} dot com",
                "{0}(at){1}.de",
                "{0} [at] {1} [dot] org",
            ),
            *(
                "{0} @ {1}.com",
                "{0}&#64;{1}.com",
                "{0}＠{1}.com",
                "{0}\u200b@{1}.com",
                "{0}%40{1}.com",
                "{0} AT {1} DOT net",
            ),
        )
    )
    return Seeded("e-mail, disguised", form.format(local, host), (local.lower(),))


def card(rng: random.Random) -> Seeded:
    prefix, length = rng.choice(
        (
            *(("4", 16), ("4", 13), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16)),
            *(("65", 16), ("3528", 16), ("36", 14), ("62", 16), ("62", 19), ("5018", 16), ("6759", 18)),
        )
    )
    body = prefix + "".join(rng.choice("0123456789") for _ in range(length - len(prefix) - 1))
    number = body + _check_digit(body)
    sizes = {15: (4, 6, 5), 14: (4, 6, 4), 13: (4, 3, 3, 3), 18: (4, 4, 4, 4, 2), 19: (4, 4, 4, 4, 3)}
    mark = rng.choice(["", " ", "-", " ", "\u00a0", "."])
    text = mark.join(_cut(number, sizes.get(length, (4, 4, 4, 4))))
    return Seeded("card", text, (number[-4:],))


def iban(rng: random.Random) -> Seeded:
    country, pattern = rng.choice(ACCOUNTS)
    account = "".join(rng.choice({"#": "0123456789", "A": "ABCDEFGHJKLMNPRSTUVWXYZ"}[sign]) for sign in pattern)
    value = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00"))
    number = f"{country}{98 - value % 97:02d}{account}"
    grouped = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    text = rng.choice([number, grouped, grouped, number.lower(), grouped.replace(" ", "-"), f"IBAN: {grouped}"])
    return Seeded("IBAN", text, (number[-6:].lower(),))


def ip(rng: random.Random) -> Seeded:
    if rng.random() < 0.6:
        parts = [rng.choice([10, 81, 172, 192, 203]), *(rng.randint(0, 255) for _ in range(2)), rng.randint(1, 254)]
        plain = ".".join(map(str, parts))
        text = rng.choice(
            [plain, plain, f"{plain}:8080", f"[{plain}]", f"http://{plain}/login", plain.replace(".", "[.]")]
        )
        return Seeded("IP", text, (plain,))
    groups = [f"{rng.randint(1, 0xFFFF):x}" for _ in range(8)]
    plain = rng.choice(
        [":".join(("2001", *groups[1:])), f"2a02:{groups[0]}::{groups[1]}", f"fe80::{':'.join(groups[:4])}"]
    )
    return Seeded("IP", rng.choice([plain, plain.upper(), f"[{plain}]:443"]), (plain,))


def name(rng: random.Random) -> Seeded:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    full = f"{first} {last}"
    text = rng.choice(
        [full, full, first, last, full.upper(), full.lower(), f"{last}, {first}", f"{first}’s", _ascii(full)]
    )
    core = tuple(part.lower() for part in (first, last) if part.lower() in text.lower())
    return Seeded("name", text, core or (_ascii(full).lower(),), names=(full,))


def everyday_name(rng: random.Random) -> Seeded:
    full = rng.choice(EVERYDAY_NAMES)
    text = rng.choice([full, f"ask {full.split()[0]}", f"ask {full.split()[1]} why", full.lower()])
    return Seeded("name that is a word", text, (text.removeprefix("ask ").removesuffix(" why"),), names=(full,))


def secret(rng: random.Random) -> Seeded:
    key = "".join(rng.choice(_ALPHANUMERIC) for _ in range(rng.choice([16, 32, 40])))
    form = rng.choice(
        (
            *("https://app.example/login?token={0}", "https://api.example/v1?x=1&access_token={0}&y=2", "ghp_{0}{0}"),
            *("https://maya:{0}@git.example/repo.git", "postgres://app:{0}@db.example:5432/x", "Bearer {0}{0}"),
            *("https://app.example/cb#id_token={0}", "https://app.example/reset-password/{0}{0}", "sk_live_{0}{0}"),
        )
    )
    return Seeded("URL with a secret", form.format(key), (key,))


DRAWS: tuple[Draw, ...] = (
    *(email, email_hidden, phone_abroad, phone_at_home, phone_elsewhere, card, iban, ip, name, everyday_name, secret),
)


def planted(rng: random.Random, carrier: str, seeded: Seeded) -> str:
    """Between two words of the carrier, or after it as people sign; nothing says what it is."""
    words = carrier.split(" ")
    place = rng.randint(0, len(words))
    if rng.random() < 0.25:
        return f"{carrier}\n\n{seeded.text}"
    return " ".join([*words[:place], seeded.text, *words[place:]])


def _check_digit(body: str) -> str:
    """Luhn's, for the digits before it."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _cut(number: str, sizes: tuple[int, ...]) -> list[str]:
    ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
    return [number[end - size : end] for end, size in zip(ends, sizes, strict=True)]


def _ascii(text: str) -> str:
    plain = str.maketrans("éèáíüöøØßıçñÉ’", "eeaiuooOsicnE'")
    return text.translate(plain).replace("'", "")
