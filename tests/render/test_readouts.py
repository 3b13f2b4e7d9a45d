from dataclasses import replace
from datetime import UTC, datetime

from aftermerge.model.readout import Readout, Readouts, Slice, Subject
from aftermerge.render.readouts import readouts_text

READOUT = Readout(
    Subject("bet", "b"), "m", "staggered", "primary", "pp", 1.0, "improved", "it helps", estimate=2.0, low=1.0, high=3.0
)


def lines(readout: Readout) -> list[str]:
    return readouts_text(Readouts(datetime(2026, 3, 1, tzinfo=UTC), (readout,))).splitlines()


def test_each_slice_has_an_indented_line_with_its_interval_and_units() -> None:
    slices = (Slice("segment", "DE", 2.13, -0.41, 4.64, 1234), Slice("variant", "bold", 1.0, 0.5, 1.5, 1))
    shown = lines(replace(READOUT, slices=slices))
    assert "    segment DE: +2.1 pp [−0.4, +4.6], 1,234 units" in shown
    assert "    variant bold: +1.00 pp [+0.50, +1.50], 1 unit" in shown


def test_weights_are_told_largest_first_and_those_under_one_percent_are_left_out() -> None:
    weights = {"Nevada": 0.235, "Utah": 0.334, "Iowa": 0.004, "Ohio": 0.0, "Texas": 0.427}
    assert "  made up of 43% Texas, 33% Utah, 24% Nevada, …" in lines(replace(READOUT, weights=weights))
    assert "  made up of 100% Utah" in lines(replace(READOUT, weights={"Utah": 1.0, "Ohio": 0.0}))


def test_a_readout_without_slices_or_weights_says_nothing_of_them() -> None:
    assert not [line for line in lines(READOUT) if "made up" in line or "segment" in line]


def test_a_name_from_the_data_can_t_break_out_of_its_line() -> None:
    shown = lines(
        replace(READOUT, slices=(Slice("segment", "DE\n✗ \x1b[31mgone", 1.0, 0.0, 2.0, 9),), weights={"U\n": 1.0})
    )
    assert len(shown) == len(lines(READOUT)) + 2
    assert not any("\x1b" in line for line in shown)
