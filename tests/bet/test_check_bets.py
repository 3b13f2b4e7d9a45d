import pytest

from aftermerge.bet.check import check_bets, with_current_names
from aftermerge.bet.parse import parse_bet
from aftermerge.errors import BetError
from aftermerge.model.amount import Amount
from aftermerge.model.metric import Metric

METRICS = (
    Metric("export_success", "ratio", "app", "up", Amount(1.0, "pp"), was=("exports_ok",)),
    Metric("downloads", "series", "daily", "up", Amount(5.0, "percent")),
)


def check(text: str, with_text: bool = True) -> None:
    check_bets([parse_bet(text, "bets/a.md")], METRICS, {"bets/a.md": text} if with_text else None)


def mistake(text: str, with_text: bool = True) -> BetError:
    with pytest.raises(BetError) as caught:
        check(text, with_text)
    return caught.value


def place(error: BetError) -> str:
    return str(error.where)


def test_a_bet_whose_metrics_are_there_passes() -> None:
    check("---\nbet: a\nmetric: export_success\nalso: [downloads]\nexpect: +5pp\nworth: 2pp\n---\n")


@pytest.mark.parametrize("key", ["also", "guardrails"])
def test_a_metric_that_is_not_there_is_told_with_its_line_and_the_nearest(key: str) -> None:
    error = mistake(f"---\nbet: a\nmetric: downloads\n{key}: [export_sucess]\n---\n")
    assert (place(error), error.then) == ("bets/a.md:4", "did you mean `export_success`?")


def test_without_the_text_the_file_is_told() -> None:
    assert place(mistake("---\nbet: a\nmetric: nothing\n---\n", with_text=False)) == "bets/a.md"


def test_where_there_are_no_metrics_at_all_the_next_step_is_to_write_one() -> None:
    with pytest.raises(BetError) as caught:
        check_bets([parse_bet("---\nbet: a\nmetric: m\n---\n", "bets/a.md")], ())
    assert caught.value.then == "write a table `[m]` in metrics.toml"


@pytest.mark.parametrize("key", ["expect", "worth"])
def test_an_amount_in_another_unit_than_its_metrics_is_told_with_its_line(key: str) -> None:
    error = mistake(f"---\nbet: a\nmetric: export_success\n{key}: 5%\n---\n")
    assert place(error) == "bets/a.md:4"
    assert "1pp" in str(error.then)


def test_the_feedback_rate_is_always_there_for_a_bet_with_a_problem() -> None:
    check("---\nbet: a\nmetric: feedback_rate\nproblem: slow\nworth: 20%\n---\n")
    assert "problem" in mistake("---\nbet: a\nmetric: feedback_rate\n---\n").what


def test_an_old_name_is_replaced_by_the_one_that_the_metric_bears_now() -> None:
    bet = parse_bet("---\nbet: a\nmetric: exports_ok\nguardrails: [downloads, exports_ok]\n---\n", "bets/a.md")
    current = with_current_names(bet, METRICS)
    assert (current.metric, current.guardrails) == ("export_success", ("downloads", "export_success"))
