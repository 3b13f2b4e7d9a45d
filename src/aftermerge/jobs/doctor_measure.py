"""Whether what a change did can be measured: the usage data, the metrics, and whether these fit together."""

from collections.abc import Iterator, Mapping, Sequence

from aftermerge.errors import AftermergeError, nearest
from aftermerge.jobs.findings import Facts, Finding, counted, listed
from aftermerge.model.metric import FEEDBACK, FEEDBACK_RATE, Metric
from aftermerge.model.plan import ArmsQuestion, Plan, Question, SeriesQuestion
from aftermerge.model.table import UnitsTable, UsageTable
from aftermerge.ports import Usage

_USAGE = "name a table in aftermerge.toml under [[usage.events]], [[usage.series]] or [[usage.units]]"


def of_measure(facts: Facts, usage: Usage | None) -> Iterator[Finding]:
    """The findings of the link `measure`."""
    yield from _of_tables(facts)
    yield from _of_metrics(facts)
    yield from _sources_missing(facts)
    yield from _unreadable(facts, usage)
    if facts.readouts:
        yield Finding("measure", "ok", counted(len(facts.readouts), "readout"))
    else:
        yield Finding("measure", "missing", "no readouts yet", "aftermerge measure run")


def _of_tables(facts: Facts) -> Iterator[Finding]:
    tables = facts.settings.tables
    if not tables:
        yield Finding("measure", "missing", "no usage data: only feedback can be counted", _USAGE)
        return
    yield Finding("measure", "ok", f"{counted(len(tables), 'usage table')}: {listed([table.name for table in tables])}")
    read = {metric.source for metric in facts.metrics}
    idle = [table.name for table in tables if table.name not in read]
    if idle and facts.metrics:
        line = f'in metrics.toml: from = "{idle[0]}"'
        yield Finding("measure", "warn", f"no metric reads {listed(idle)}", line)


def _of_metrics(facts: Facts) -> Iterator[Finding]:
    if not facts.metrics:
        then = "take the `#` away from an example in metrics.toml"
        yield Finding("measure", "missing", "metrics.toml holds no metric", then)
        return
    yield Finding("measure", "ok", counted(len(facts.metrics), "metric"))
    named = {name for bet in facts.bets for name in (bet.metric, *bet.also, *bet.guardrails)}
    idle = [metric.name for metric in facts.metrics if not metric.watch and not named & {metric.name, *metric.was}]
    if idle:
        line = f'add `watch = "releases"` to [{idle[0]}] in metrics.toml, or name it in a bet'
        yield Finding("measure", "warn", f"no bet names {listed(idle)}, and no release is watched for it", line)


def _sources_missing(facts: Facts) -> Iterator[Finding]:
    """Bets whose metric is not there, or reads a table that is not there."""
    metrics = {name: metric for metric in (FEEDBACK_RATE, *facts.metrics) for name in (metric.name, *metric.was)}
    sources = [FEEDBACK, *(table.name for table in facts.settings.tables)]
    for bet in facts.bets:
        for name in (bet.metric, *bet.also, *bet.guardrails):
            metric = metrics.get(name)
            if metric is None:
                what = f"`{bet.slug}` names the metric `{name}`, which metrics.toml has not"
                yield Finding("measure", "warn", what, f"in {bet.file}: {nearest(name, list(metrics))}")
            elif metric.source not in sources:
                what = f"the metric `{name}` of `{bet.slug}` reads `{metric.source}`, which is not there"
                yield Finding("measure", "warn", what, f"in metrics.toml: {nearest(metric.source, sources)}")


def _unreadable(facts: Facts, usage: Usage | None) -> Iterator[Finding]:
    tables = {table.name: table for table in facts.settings.tables}
    questions = tuple(_question(metric, tables) for metric in facts.metrics if metric.source in (*tables, FEEDBACK))
    if usage is None or not questions:
        return
    for metric, reason in _failures(usage, questions):
        what = f"`{metric.name}` can't be read from `{metric.source}`: {reason}"
        yield Finding("measure", "warn", what, f"mend [{metric.name}] in metrics.toml, or the table's own settings")


def _failures(usage: Usage, questions: Sequence[Question]) -> Iterator[tuple[Metric, str]]:
    """Each metric that could not be read, with the reason; asked one by one when all at once could not be asked."""
    try:
        failed = usage.answer(Plan(tuple(questions))).failed
    except AftermergeError as error:
        if len(questions) == 1:
            yield questions[0].metric, error.what
            return
        for question in questions:
            yield from _failures(usage, [question])
        return
    for question in questions:
        if question.key in failed:
            yield question.metric, failed[question.key]


def _question(metric: Metric, tables: Mapping[str, UsageTable]) -> Question:
    table = tables.get(metric.source)
    return ArmsQuestion(metric, table.flag) if isinstance(table, UnitsTable) else SeriesQuestion(metric)
