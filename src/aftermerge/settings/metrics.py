"""metrics.toml: what is counted, over which data, and which way is good."""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from aftermerge.errors import InputError, nearest
from aftermerge.model.amount import Amount, parse_amount
from aftermerge.model.metric import FEEDBACK, Good, Kind, Metric
from aftermerge.model.table import UsageTable
from aftermerge.settings.document import Document, Form, fill, read_document, refuse, refuse_unknown
from aftermerge.settings.fit import misfit, senseless, shape_of
from aftermerge.settings.root import METRICS_FILE

_KEYS_TO_COME = ("currency",)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_WINDOW = re.compile(r"([0-9]{1,3})\s*([dw])")
_LONGEST_WINDOW_DAYS = 366
_USAGE_SHAPES = ("events", "series", "units")


def _amount(given: object) -> Amount:
    try:
        amount = parse_amount(given) if isinstance(given, str | int | float) else parse_amount(repr(given))
    except InputError as error:
        raise refuse(error.what, error.then) from None
    if not 0 < amount.value < math.inf:
        raise refuse(f"`{given}` is not an effect worth having", then="write it above zero; `good` says which way")
    return amount


def _days(given: object) -> int:
    match = _WINDOW.fullmatch(str(given).strip())
    days = int(match[1]) * (7 if match[2] == "w" else 1) if match else 0
    if not 1 <= days <= _LONGEST_WINDOW_DAYS:
        raise refuse(f"`{given}` is not a window", then=f"write `14d` or `2w`, up to {_LONGEST_WINDOW_DAYS}d")
    return days


def _steps(given: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if given is not None and (len(given) < 2 or not all(given)):
        raise refuse("a funnel has two steps or more, each an event", then='write `steps = ["cart", "paid"]`')
    return given


class MetricForm(Form):
    """One table of metrics.toml."""

    kind: Kind = Field(examples=['"share"'])
    source: str = Field(alias="from", examples=['"app"'])
    good: Good = Field(examples=['"up"'])
    worth: Annotated[Amount, BeforeValidator(_amount)] = Field(examples=['"1pp"'])
    label: str = ""
    event: str | None = Field(None, min_length=1)
    column: str | None = Field(None, min_length=1)
    value: str | None = Field(None, min_length=1)
    numerator: str | None = Field(None, min_length=1)
    denominator: str | None = Field(None, min_length=1)
    where: str | None = Field(None, min_length=1)
    problem: str | None = Field(None, min_length=1)
    unit: Literal["user", "account"] = "user"
    winsorize: float | None = Field(None, ge=0.5, le=1, allow_inf_nan=False, strict=True)
    steps: Annotated[tuple[str, ...] | None, AfterValidator(_steps)] = None
    day: int | None = Field(None, ge=1, le=_LONGEST_WINDOW_DAYS, strict=True)
    q: float | None = Field(None, gt=0, lt=1, allow_inf_nan=False)
    segment: str | None = Field(None, min_length=1)
    covariate: str | None = Field(None, min_length=1)
    window: Annotated[int, BeforeValidator(_days)] = 28
    watch: Literal["releases"] | None = None
    was: tuple[str, ...] = ()

    def as_metric(self, name: str) -> Metric:
        made = ("window", "watch", "steps")
        kept = {key: getattr(self, key) for key in type(self).model_fields if key not in made}
        # A retained unit is known once the day on which it comes back is over.
        window_days = self.window if self.day is None else self.day + 1
        watch, steps = self.watch is not None, self.steps or ()
        return Metric(name=name, window_days=window_days, watch=watch, steps=steps, **kept)


def read_metrics(root: Path) -> tuple[Metric, ...]:
    """Read `root`/metrics.toml in its order; a workspace without that file has no metrics yet.

    Whether `from` names a table that is there is asked of `check_metrics`.

    Raises:
        SettingsError: the first mistake, with its line; unknown keys come before values that do not fit.
    """
    if not (root / METRICS_FILE).exists():
        return ()
    document = read_document(root / METRICS_FILE)
    tables = {name: _table(document, name) for name in document.data}
    refuse_unknown(document, [((name,), table, MetricForm.keys()) for name, table in tables.items()])
    metrics = tuple(_read(document, name, table) for name, table in tables.items())
    _refuse_old_names_in_use(document, metrics)
    return metrics


def check_metrics(root: Path, metrics: Sequence[Metric], tables: Sequence[UsageTable]) -> None:
    """Check that each metric reads a usage table (or feedback) that is there and can answer it.

    Raises:
        SettingsError: the first that does not, with its line in `root`/metrics.toml.
    """
    shapes = {table.name: shape_of(table) for table in tables}
    document = read_document(root / METRICS_FILE) if metrics else None
    for metric in metrics:
        if document is not None:
            _check_source(document, metric, shapes)


def _check_source(document: Document, metric: Metric, shapes: Mapping[str, str]) -> None:
    if metric.source == FEEDBACK:
        return
    path = (metric.name, "from")
    if metric.source not in shapes:
        then = nearest(metric.source, [*shapes, FEEDBACK])
        raise document.mistake(path, f"there is no usage table `{metric.source}`", then)
    shape = [shapes[metric.source]]
    wrong = misfit(metric, shape)
    if wrong:
        raise document.mistake(path, *wrong)
    _refuse_senseless(document, metric, shape)


def _table(document: Document, name: str) -> Mapping[str, object]:
    """The metric's table, once its name and keys can be understood at all."""
    table = document.table((name,), f"[{name}]")
    if not _NAME.fullmatch(name):
        raise document.mistake((name,), f"`{name}` can't name a metric", then="use letters, digits, `_` and `-` only")
    for key in _KEYS_TO_COME:
        if key in table:
            raise document.mistake((name, key), f"`{key}` is not built yet", then="leave it out for now")
    return table


def _read(document: Document, name: str, table: Mapping[str, object]) -> Metric:
    metric = fill(document, MetricForm, (name,), table).as_metric(name)
    shapes = (FEEDBACK,) if metric.source == FEEDBACK else _USAGE_SHAPES
    wrong = misfit(metric, shapes)
    if wrong:
        raise document.mistake((name, "kind"), *wrong)
    _refuse_senseless(document, metric, shapes)
    if metric.kind == "feedback_rate" and metric.watch and not metric.problem:
        what = "no bet gives a watched `feedback_rate` its problem"
        raise document.mistake((name, "watch"), what, then='add `problem = "…"`, or leave `watch` out')
    return metric


def _refuse_senseless(document: Document, metric: Metric, shapes: Sequence[str]) -> None:
    found = senseless(metric.kind, document.table((metric.name,), f"[{metric.name}]"), shapes)
    if found:
        key, what, then = found
        raise document.mistake((metric.name, key), what, then)


def _refuse_old_names_in_use(document: Document, metrics: Sequence[Metric]) -> None:
    borne = {metric.name for metric in metrics}
    for metric in metrics:
        for old in metric.was:
            if old in borne:
                then = "an old name belongs to one metric only"
                raise document.mistake((metric.name, "was"), f"another metric bears the name `{old}`", then)
            borne.add(old)
