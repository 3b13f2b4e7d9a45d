"""Words that engines write so differently that each dialect has to be told how: what they mean, and nothing else."""

from typing import ClassVar

from sqlglot import exp


class InUtc(exp.Expression, exp.Func):
    """A time that bears a zone, as a UTC time without one."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True}


class OnWallClock(exp.Expression, exp.Func):
    """A UTC time without a zone, as the clock on a wall in `zone` shows it."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "zone": True}


class FromWallClock(exp.Expression, exp.Func):
    """What a clock on a wall in `zone` shows, as a UTC time without a zone."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "zone": True}


class Hashed(exp.Expression, exp.Func):
    """64 bits that are the same for the same value."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True}


class BitsSet(exp.Expression, exp.AggFunc):
    """How many different whole numbers there are between `low` and `high`; only where an engine marks bits."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "low": True, "high": True}


class WideTotal(exp.Expression, exp.AggFunc):
    """The sum of whole numbers, so wide that its product with another fits: 38 digits and more."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True}


class Capped(exp.Expression, exp.Func):
    """A value, or the cap where it is larger; null where the value is, and the value where the cap is."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True, "cap": True}


class Before(exp.Expression, exp.Func):
    """The value of the row before, in the order of the values, where it is the same; else that, or null."""

    arg_types: ClassVar[dict[str, bool]] = {"this": True}
