"""`[tell]`: how customers, and owners of bets, are written to."""

import re
from datetime import time
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from aftermerge.model.quiet import QuietHours
from aftermerge.settings.document import Form, refuse

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_DAYS = re.compile(r"(\d{1,3})([dw])")
_MAIL = ("sender", "smtp", "smtp_user", "security")


def _quiet(given: object) -> QuietHours | None:
    found = _HOURS.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise refuse(f"`{given}` are no hours", then='write from when until when, as "19:00-08:00"')
    return QuietHours(time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4])))


def _days(given: object) -> int:
    found = _DAYS.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise refuse(f"`{given}` is no time", then="write `7d` or `2w`")
    return int(found[1]) * (7 if found[2] == "w" else 1)


class Tell(Form):
    """`[tell]`. `sender` and `smtp` are for mail; its password is AFTERMERGE_SMTP_PASSWORD in the environment.

    In `quiet_hours`, by the workspace's clock, nobody is written to. `ask_after`: how long after the answer the one
    question is drafted, whether it helped. `site` is where `aftermerge serve` is reached from outside.
    """

    sender: str | None = Field(default=None, examples=['"Harbor <help@harbor.example>"'])
    smtp: str | None = Field(default=None, examples=['"smtp.harbor.example:587"'])
    smtp_user: str | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    quiet_hours: Annotated[QuietHours | None, BeforeValidator(_quiet)] = Field(default=None, examples=['"19:00-08:00"'])
    ask_after: Annotated[int, BeforeValidator(_days)] = Field(default=7, examples=['"7d"'])
    site: str | None = Field(default=None, examples=['"https://after.harbor.example"'])

    @field_validator("site")
    @classmethod
    def _is_a_site(cls, site: str | None) -> str | None:
        if site is not None and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", site):
            raise refuse(f"`{site}` is no address of a site", then='write it as "https://after.harbor.example"')
        return site.rstrip("/") if site else site

    @property
    def mail(self) -> dict[str, object]:
        """What the channel `email` is handed."""
        return self.model_dump(include=set(_MAIL), exclude_none=True)
