"""`[review]`, `[nudge]` and `[slack]`: what the team is told by itself, and where."""

from typing import Literal, get_args

from pydantic import Field, ValidationInfo, field_validator

from aftermerge.errors import InputError
from aftermerge.model.destination import Board, Destination, parse_destination
from aftermerge.settings.document import Form, refuse

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


class ReviewPosts(Form):
    """`[review]`. `to` are the places to which `aftermerge run` posts the review of each `every`, once.

    A week is posted from the day `on` which follows it, a month from its end.
    """

    to: tuple[str, ...] = Field(default=(), examples=['["slack:#product", "mailto:team@harbor.example"]'])
    every: Literal["week", "month"] = "week"
    on: Weekday | None = None

    @field_validator("to")
    @classmethod
    def _places(cls, to: tuple[str, ...]) -> tuple[str, ...]:
        for place in to:
            try:
                parse_destination(place)
            except InputError as error:
                raise refuse(error.what, then=error.then) from None
        return tuple(dict.fromkeys(to))

    @field_validator("on")
    @classmethod
    def _of_a_week(cls, on: Weekday | None, info: ValidationInfo) -> Weekday | None:
        if on is not None and info.data.get("every") == "month":
            raise refuse("`on` says nothing for a month", then="leave it out: a month is posted once it has ended")
        return on

    @property
    def destinations(self) -> tuple[Destination, ...]:
        return tuple(map(parse_destination, self.to))


class Nudges(Form):
    """`[nudge]`. `by`: how a bet's owner is told, once each, that it is out, has its verdict, or is waited for."""

    by: Board | None = Field(default=None, examples=['"slack"'])


class Slack(Form):
    """`[slack]`: the app that posts for the team. Its token is SLACK_TOKEN in the environment, or `token_env` there."""

    token_env: str | None = None
    base_url: str | None = None
