"""The questions of the contract suite, each with a name: every kind of metric over every shape of table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from aftermerge.model.metric import Kind
from aftermerge.model.plan import ArmsQuestion, Question, RolloutQuestion, SegmentsQuestion, SeriesQuestion
from support.usage import metric

BERLIN = "Europe/Berlin"
UNTIL = datetime(2026, 4, 1, 10, 30, tzinfo=UTC)
LONG = "a_metric_whose_name_is_longer_than_the_sixty_three_letters_that_some_keep"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the time zone whose days are meant."""

    question: Question
    zone: str = "UTC"


def daily(name: str, kind: Kind, source: str = "app", **keys: object) -> SeriesQuestion:
    return SeriesQuestion(metric(kind, source, name, **keys))


def flag(
    name: str, kind: Kind, of: str = "bulk", until: datetime | None = None, source: str = "app", **keys: object
) -> ArmsQuestion:
    return ArmsQuestion(metric(kind, source, name, **{"window_days": 7, **keys}), of, until)


def gate(name: str, kind: Kind, source: str = "cats", **keys: object) -> ArmsQuestion:
    return ArmsQuestion(metric(kind, source, name, **keys), "gate")


def staged(name: str, kind: Kind, **keys: object) -> RolloutQuestion:
    chosen = metric(kind, "app", name, **{"window_days": 14, **keys})
    return RolloutQuestion(chosen, flag="staged")


def by_version(name: str, kind: Kind, until: datetime | None = None, **keys: object) -> RolloutQuestion:
    chosen = metric(kind, "app", name, **{"window_days": 14, **keys})
    return RolloutQuestion(chosen, column="version", value="v2.0", until=until)


def segments(name: str, kind: Kind, source: str = "app", **keys: object) -> SegmentsQuestion:
    return SegmentsQuestion(metric(kind, source, name, **keys))


_SERIES = (
    Asked(daily("opens a day", "count", event="open")),
    Asked(daily("opens a day in Berlin", "count", event="open"), BERLIN),
    Asked(daily("value a day", "sum", value="v", event="buy")),
    Asked(daily("price a day", "sum", value="price")),
    Asked(daily("value of the active", "mean", value="v", event="save"), BERLIN),
    Asked(daily("whole value of the active", "mean", value="n")),
    Asked(daily("savers of the active", "share", event="save", where="region <> 'ab' or v > 10")),
    Asked(daily("accounts that save", "share", event="save", unit="account"), BERLIN),
    Asked(daily("saves an open", "ratio", numerator="save", denominator="open", where="is_paid")),
    Asked(daily("over the spring night", "count", "zoned", event="open"), BERLIN),
    Asked(daily("an odd column", "sum", "zoned", event="save", value="size", where='"select" > 1'), BERLIN),
    Asked(daily("times that are text", "count", "written", event="open", where="seats >= 3")),
    Asked(daily("days that are dates", "mean", "dated", event="save", value="v"), BERLIN),
    Asked(daily("a rate by day", "series", "daily", value="arrivals")),
    Asked(daily("a rate of some rows", "series", "daily", value="Abreisen", where="market = 'all'")),
    Asked(daily("days that are text", "series", "notes", value="sold")),
)
_WORDS = (
    Asked(daily("pro by property", "count", event="open", where="plan = 'pro' and seats > 3 and not is_trial")),
    Asked(daily("a property with an odd name", "sum", value="größe cm", event="open")),
    Asked(daily("like, and its escape", "count", event="save", where="region ilike '%o%' and region not like 'a_%'")),
    Asked(daily("arithmetic of whole numbers", "count", event="save", where="n / 2 >= 1.5 and n % 3 = 1")),
    Asked(daily("words about words", "count", event="save", where="length(trim(lower(region))) between 2 and 5")),
    Asked(
        daily("null and not", "count", event="save", where="v is null or coalesce(region, 'none') in ('none', 'AB')")
    ),
    Asked(daily("order of words", "count", event="save", where="region > 'a b' and upper(region) <= 'ZZ'")),
    Asked(daily("casts and rounding", "count", event="save", where="round(v) = 3 or cast(n as varchar) = '7'")),
)
_ARMS = (
    Asked(flag("a share", "share", event="save")),
    Asked(flag("a count", "count", event="save")),
    Asked(flag("a count of few", "count", event="it's done", where="region = 'O''Brien'")),
    Asked(flag("a sum", "sum", value="v", event="buy"), BERLIN),
    Asked(flag("a sum, cut", "sum", value="v", event="buy", winsorize=0.95)),
    Asked(flag("a sum of whole numbers", "sum", value="n", event="buy")),
    Asked(flag("a mean of prices", "mean", value="price", event="buy")),
    Asked(flag("a mean of events", "mean", event="open", winsorize=0.9)),
    Asked(flag("a ratio", "ratio", numerator="save", denominator="open")),
    Asked(flag("came back", "retention", day=3)),
    Asked(flag("came back and saved", "retention", day=2, event="save"), BERLIN),
    Asked(flag("a funnel", "funnel", steps=("open", "save", "buy"), window_days=21)),
    Asked(flag("a funnel with the same step twice", "funnel", steps=("open", "save", "open"), window_days=21)),
    Asked(flag("a quantile", "quantile", value="v", event="buy", q=0.75, window_days=14)),
    Asked(flag("a quantile of few values", "quantile", value="n", q=0.5, where="plan = 'pro'")),
    Asked(flag("a quantile of many equal values", "quantile", value="price", q=0.6, window_days=21)),
    Asked(flag("by account", "count", event="save", unit="account"), BERLIN),
    Asked(flag("by segment", "sum", value="v", event="save", segment="region", winsorize=0.99)),
    Asked(flag("by segment of a share", "share", event="buy", segment="version")),
    Asked(flag("until a moment", "count", event="save", until=UNTIL)),
    Asked(flag("a second experiment", "share", "Größe 'neu'", event="save")),
    Asked(flag("a second experiment until", "sum", "Größe 'neu'", UNTIL, value="v"), BERLIN),
    Asked(flag(f"{LONG}_one", "count", event="save", where="v > 1")),
    Asked(flag(f"{LONG}_two", "count", event="save", where="v > 5")),
    Asked(flag("whole numbers as units", "mean", "neu", None, "zoned", value="size", window_days=2), BERLIN),
    Asked(flag("exposures that are text", "share", source="written", event="open", where="seats > 2")),
)
_UNITS = (
    Asked(gate("units: whole", "mean", column="rounds")),
    Asked(gate("units: whole with a past", "mean", column="rounds", covariate="rounds_before")),
    Asked(gate("units: real", "mean", column="spent")),
    Asked(gate("units: real with a past, cut", "mean", column="spent", covariate="spent_before", winsorize=0.98)),
    Asked(gate("units: decimal", "sum", column="price", where="region is not null")),
    Asked(gate("units: yes or no", "share", column="came", segment="region")),
    Asked(gate("units: a ratio of large numbers", "ratio", numerator="spent_before", denominator="visits")),
    Asked(gate("units: a quantile", "quantile", column="spent_before", q=0.9)),
    Asked(gate("units: crossed", "mean", "dogs", column="Größe")),
    Asked(gate("units: more segments than are named", "mean", "dogs", column="Größe", segment="tag")),
    Asked(gate("units: crossed, a quantile", "quantile", "dogs", column="rounds", q=0.4)),
)
_GROUPS = (
    Asked(staged("staged: a count", "count", event="save")),
    Asked(staged("staged: a sum, cut", "sum", value="v", winsorize=0.95), BERLIN),
    Asked(by_version("by version: a share", "share", event="save")),
    Asked(by_version("by version, until", "mean", UNTIL, event="buy")),
    Asked(segments("segments: a count", "count", event="open", segment="region"), BERLIN),
    Asked(segments("segments: a share", "share", event="save", segment="plan")),
    Asked(segments("segments: rows", "series", "markets", value="visits")),
)
_FEEDBACK = (
    Asked(daily("complaints of the active", "feedback_rate", "feedback", problem="slow export")),
    Asked(
        daily("complaints of accounts", "feedback_rate", "feedback", problem="señal perdida", unit="account"), BERLIN
    ),
    Asked(daily("low ratings", "share", "feedback", where="rating <= 2"), BERLIN),
)
_FAILING = (
    Asked(gate("no: a unit in two rows", "mean", "twins", column="spent")),
    Asked(gate("no: not yes or no", "share", column="rounds")),
    Asked(daily("no: an unknown event", "count", event="opne")),
    Asked(daily("no: an unknown column", "sum", "dated", value="w")),
    Asked(flag("no: an unknown flag", "count", "bluk", event="save")),
    Asked(daily("no: a word for a number", "sum", value="region")),
)
ALL: Mapping[str, Asked] = {
    asked.question.metric.name: asked for asked in (*_SERIES, *_WORDS, *_ARMS, *_UNITS, *_GROUPS, *_FEEDBACK, *_FAILING)
}
