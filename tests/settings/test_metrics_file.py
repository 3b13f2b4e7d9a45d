from pathlib import Path

import pytest

from aftermerge.errors import SettingsError
from aftermerge.model.amount import Amount
from aftermerge.model.metric import Metric
from aftermerge.model.table import EventsTable, SeriesTable, UnitsTable
from aftermerge.settings import check_metrics, read_metrics

TABLES = (
    EventsTable("app", "e", "user", "ts", "event"),
    SeriesTable("downloads", "d", "day", "metric", "value"),
    UnitsTable("cats", "c", "userid", "version", "gate"),
)
TAIL = 'good = "up"\nworth = "1pp"\n'


def read(root: Path, text: str) -> tuple[Metric, ...]:
    (root / "metrics.toml").write_text(text, encoding="utf-8")
    return read_metrics(root)


def mistake(root: Path, text: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        check_metrics(root, read(root, text), TABLES)
    assert caught.value.where is not None
    assert caught.value.where.file == "metrics.toml"
    return caught.value


def line(error: SettingsError) -> int | None:
    assert error.where is not None
    return error.where.line


def test_a_workspace_without_metrics_toml_has_no_metrics(tmp_path: Path) -> None:
    assert read_metrics(tmp_path) == ()
    check_metrics(tmp_path, (), TABLES)


def test_a_metric_carries_all_that_its_table_says(tmp_path: Path) -> None:
    text = (
        '[spend]\nlabel = "Money spent"\nkind = "mean"\nfrom = "app"\nevent = "paid"\nvalue = "amount"\n'
        'where = "amount > 0"\nunit = "account"\nwinsorize = 0.99\ngood = "up"\nworth = "5%"\nwindow = "2w"\n'
        'watch = "releases"\nwas = ["money"]\n'
    )
    assert read(tmp_path, text) == (
        Metric(
            name="spend",
            kind="mean",
            source="app",
            good="up",
            worth=Amount(5.0, "percent"),
            label="Money spent",
            event="paid",
            value="amount",
            where="amount > 0",
            unit="account",
            winsorize=0.99,
            window_days=14,
            watch=True,
            was=("money",),
        ),
    )


def test_metrics_keep_their_order_and_have_defaults(tmp_path: Path) -> None:
    text = f'[b]\nkind = "count"\nfrom = "feedback"\n{TAIL}[a]\nkind = "count"\nfrom = "feedback"\n{TAIL}'
    first, second = read(tmp_path, text)
    assert (first.name, second.name) == ("b", "a")
    assert (first.window_days, first.watch, first.title) == (28, False, "b")


@pytest.mark.parametrize(
    "keys",
    [
        'kind = "share"\nfrom = "cats"\ncolumn = "retention"',
        'kind = "share"\nfrom = "app"\nevent = "x"',
        'kind = "share"\nfrom = "feedback"\nwhere = "rating <= 2"',
        'kind = "mean"\nfrom = "cats"\ncolumn = "rounds"',
        'kind = "sum"\nfrom = "app"\nvalue = "amount"',
        'kind = "count"\nfrom = "app"\nevent = "x"',
        'kind = "count"\nfrom = "feedback"',
        'kind = "mean"\nfrom = "feedback"',
        'kind = "ratio"\nfrom = "app"\nnumerator = "a"\ndenominator = "b"',
        'kind = "retention"\nfrom = "app"\nday = 7',
        'kind = "retention"\nfrom = "app"\nday = 7\nevent = "open"\nsegment = "country"',
        'kind = "funnel"\nfrom = "app"\nsteps = ["cart", "paid"]\nunit = "account"',
        'kind = "quantile"\nfrom = "app"\nq = 0.95\nvalue = "ms"\nevent = "load"',
        'kind = "quantile"\nfrom = "cats"\nq = 0.5\ncolumn = "rounds"',
        'kind = "mean"\nfrom = "cats"\ncolumn = "rounds"\ncovariate = "rounds_before"\nsegment = "country"',
        'kind = "series"\nfrom = "downloads"\nvalue = "x"',
        'kind = "feedback_rate"\nfrom = "feedback"',
    ],
)
def test_each_kind_is_read_from_the_shapes_that_can_answer_it(tmp_path: Path, keys: str) -> None:
    metrics = read(tmp_path, f"[m]\n{keys}\n{TAIL}")
    check_metrics(tmp_path, metrics, TABLES)
    assert len(metrics) == 1


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ('kind = "share"\nfrom = "app"', "`event` (from events) or `column` (from units)"),
        ('kind = "share"\nfrom = "feedback"', "needs `where`"),
        ('kind = "share"\nfrom = "cats"\nevent = "x"', "needs `column`"),
        ('kind = "mean"\nfrom = "app"\nevent = "x"', "needs `value`"),
        ('kind = "count"\nfrom = "app"', "needs `event`"),
        ('kind = "ratio"\nfrom = "app"\nnumerator = "x"', "needs `numerator` and `denominator`"),
        ('kind = "series"\nfrom = "downloads"', "needs `value`"),
        ('kind = "retention"\nfrom = "app"', "needs `day`"),
        ('kind = "funnel"\nfrom = "app"', "needs `steps`"),
        ('kind = "quantile"\nfrom = "app"\nq = 0.5', "`q` and `value` (from events) or `q` and `column` (from units)"),
        ('kind = "quantile"\nfrom = "cats"\nq = 0.5\nvalue = "x"', "needs `q` and `column`"),
        ('kind = "quantile"\nfrom = "app"\nvalue = "x"', "needs `q` and `value`"),
        ('kind = "retention"\nfrom = "cats"\nday = 7', "can't be read from units"),
        ('kind = "funnel"\nfrom = "downloads"\nsteps = ["a", "b"]', "can't be read from series"),
        ('kind = "quantile"\nfrom = "feedback"\nq = 0.5\nvalue = "rating"', "can't be read from feedback"),
        ('kind = "count"\nfrom = "cats"\nevent = "x"', "can't be read from units"),
        ('kind = "share"\nfrom = "downloads"\nevent = "x"', "can't be read from series"),
        ('kind = "sum"\nfrom = "feedback"', "can't be read from feedback"),
        ('kind = "feedback_rate"\nfrom = "app"', "can't be read from"),
    ],
)
def test_a_kind_without_what_it_needs_says_what_that_is(tmp_path: Path, keys: str, words: str) -> None:
    error = mistake(tmp_path, f"[m]\n{keys}\n{TAIL}")
    assert words in error.what
    assert line(error) in (2, 3)


@pytest.mark.parametrize(
    ("keys", "at", "words"),
    [
        ('kind = "count"\nfrom = "app"\nevent = "x"\nq = 0.5', 5, "for quantile from events; quantile from units"),
        ('kind = "count"\nfrom = "app"\nevent = "x"\nsteps = ["a", "b"]', 5, "for funnel from events"),
        ('kind = "count"\nfrom = "feedback"\nday = 7', 4, "for retention from events"),
        (
            'kind = "share"\nfrom = "app"\nevent = "x"\nwinsorize = 0.9',
            5,
            "mean, count, sum from events",
        ),
        (
            'kind = "ratio"\nfrom = "app"\nnumerator = "a"\ndenominator = "b"\nwinsorize = 0.99',
            6,
            "a ratio can't be cut at one side",
        ),
        ('kind = "ratio"\nfrom = "cats"\nnumerator = "a"\ndenominator = "b"\nwinsorize = 0.99', 6, "at one side"),
        ('kind = "share"\nfrom = "app"\nevent = "x"\ncovariate = "before"', 5, "share, mean, sum, ratio from units"),
        ('kind = "share"\nfrom = "cats"\nevent = "x"\ncolumn = "y"', 4, "leave it out"),
        ('kind = "quantile"\nfrom = "app"\nq = 0.5\nvalue = "x"\nsegment = "plan"', 6, "leave it out"),
        ('kind = "retention"\nfrom = "app"\nday = 7\nwindow = "14d"', 5, "`day` says when"),
        ('kind = "funnel"\nfrom = "app"\nsteps = ["a", "b"]\nwatch = "releases"', 5, "given a flag"),
        ('kind = "series"\nfrom = "downloads"\nvalue = "x"\nsegment = "region"', 5, "`[[usage.series]]`"),
        ('kind = "series"\nfrom = "downloads"\nvalue = "x"\nunit = "account"', 5, "leave it out"),
    ],
)
def test_a_key_that_says_nothing_for_its_kind_is_refused_with_its_line(
    tmp_path: Path, keys: str, at: int, words: str
) -> None:
    error = mistake(tmp_path, f"[m]\n{keys}\n{TAIL}")
    assert "says nothing for a" in error.what
    assert words in (error.then or "")
    assert line(error) == at


def test_a_retained_unit_is_known_once_its_day_is_over(tmp_path: Path) -> None:
    (metric,) = read(tmp_path, f'[m]\nkind = "retention"\nfrom = "app"\nday = 7\n{TAIL}')
    assert (metric.day, metric.window_days) == (7, 8)


def test_the_steps_of_a_funnel_keep_their_order(tmp_path: Path) -> None:
    (metric,) = read(tmp_path, f'[m]\nkind = "funnel"\nfrom = "app"\nsteps = ["b", "a", "b"]\n{TAIL}')
    assert metric.steps == ("b", "a", "b")


def test_a_key_that_is_not_built_yet_is_refused_by_name(tmp_path: Path) -> None:
    error = mistake(tmp_path, f'[m]\nkind = "count"\nfrom = "feedback"\ncurrency = "EUR"\n{TAIL}')
    assert (error.what, line(error)) == ("`currency` is not built yet", 4)


@pytest.mark.parametrize(
    ("text", "at", "word"),
    [
        ('[m]\nkind = "cuont"\nfrom = "feedback"\n' + TAIL, 2, "count"),
        ('[m]\nkind = "count"\nfrom = "feedback"\nwindw = "1d"\n' + TAIL, 4, "window"),
        ('[m]\nkind = "count"\nfrom = "feedbak"\nevent = "x"\n' + TAIL, 3, "feedback"),
        ('[m]\nkind = "count"\nfrom = "app"\nevent = "x"\ngood = "upp"\nworth = "1"\n', 5, "up"),
        ('[m]\nkind = "count"\nfrom = "feedback"\nwatch = "release"\n' + TAIL, 4, "releases"),
    ],
)
def test_an_unknown_word_is_answered_with_its_line_and_the_nearest_right_one(
    tmp_path: Path, text: str, at: int, word: str
) -> None:
    error = mistake(tmp_path, text)
    assert line(error) == at
    assert error.then == f"did you mean `{word}`?"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ('worth = "lots"', "`lots` is not an amount"),
        ('worth = "-1pp"', "not an effect worth having"),
        ("worth = 0", "not an effect worth having"),
        (f'worth = "{"9" * 400}"', "not an effect worth having"),
        ("worth = true", "`True` is not an amount"),
        ("worth = []", "is not an amount"),
        ('window = "14"', "`14` is not a window"),
        ('window = "0d"', "is not a window"),
        ('window = "900d"', "is not a window"),
        ("window = 14", "is not a window"),
        ("winsorize = 0.4", "`winsorize` should be greater"),
        ("winsorize = 1.1", "`winsorize` should be less"),
        ("winsorize = nan", "`winsorize` should be"),
        ("winsorize = true", "`winsorize` should be"),
        ("steps = ['a']", "a funnel has two steps or more"),
        ("steps = ['a', '']", "a funnel has two steps or more"),
        ("steps = 'a'", "`steps` should be a valid list"),
        ("day = 0", "`day` should be greater"),
        ("day = 1.5", "`day` should be a valid integer"),
        ("day = true", "`day` should be a valid integer"),
        ("q = 0", "`q` should be greater than 0"),
        ("q = 1", "`q` should be less than 1"),
        ("q = nan", "`q` should be"),
        ("segment = ''", "`segment` should have at least 1 character"),
        ("was = 'x'", "`was` should be a valid list"),
        ('event = ""', "`event` should have at least 1 character"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_its_line(tmp_path: Path, key: str, words: str) -> None:
    head = '[m]\nkind = "count"\nfrom = "feedback"\ngood = "up"\n'
    error = mistake(tmp_path, head + key + ("" if key.startswith("worth") else '\nworth = "1"'))
    assert words in error.what
    assert line(error) == 5


def test_a_missing_key_is_told_at_the_metrics_own_line_with_an_example(tmp_path: Path) -> None:
    error = mistake(tmp_path, '\n[m]\nkind = "count"\nfrom = "feedback"\nworth = 1\n')
    assert (line(error), error.what, error.then) == (2, "`good` is missing", 'add `good = "up"`')


def test_an_old_name_belongs_to_one_metric_only(tmp_path: Path) -> None:
    base = f'kind = "count"\nfrom = "feedback"\n{TAIL}'
    assert line(mistake(tmp_path, f'[a]\n{base}was = ["b"]\n[b]\n{base}')) == 6
    assert line(mistake(tmp_path, f'[a]\n{base}was = ["c"]\n[b]\n{base}was = ["c"]\n')) == 12


def test_a_watched_feedback_rate_must_name_its_problem(tmp_path: Path) -> None:
    text = f'[m]\nkind = "feedback_rate"\nfrom = "feedback"\nwatch = "releases"\n{TAIL}'
    assert "problem" in str(mistake(tmp_path, text))
    assert read(tmp_path, text + 'problem = "slow"\n')[0].problem == "slow"


@pytest.mark.parametrize("text", ["m = 5\n", "[[m]]\nkind = 'count'\n", '["a b"]\nkind = "count"\n'])
def test_a_metric_is_a_table_under_a_plain_name(tmp_path: Path, text: str) -> None:
    assert line(mistake(tmp_path, text)) == 1
