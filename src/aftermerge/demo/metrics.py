"""Harbor's metrics, as they stand in metrics.toml."""

from dataclasses import dataclass

from aftermerge.demo.bets import BETS
from aftermerge.demo.company import HarborBet
from aftermerge.model.amount import Unit, parse_amount


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """One table of metrics.toml. `reads` are the keys that say what is counted, by kind."""

    name: str
    label: str
    kind: str
    source: str
    reads: tuple[tuple[str, str], ...]
    worth: str
    window_days: int
    good: str = "up"
    watch: bool = False

    @property
    def unit(self) -> Unit:
        return parse_amount(self.worth).unit

    def toml(self) -> str:
        keys = [("label", self.label), ("kind", self.kind), ("from", self.source), *self.reads]
        keys += [("good", self.good), ("worth", self.worth), ("window", f"{self.window_days}d")]
        keys += [("watch", "releases")] if self.watch else []
        return "\n".join([f"[{self.name}]", *(f'{key} = "{value}"' for key, value in keys)]) + "\n"


def _series(name: str, label: str, row: str, worth: str, window_days: int = 28, watch: bool = False) -> MetricSpec:
    return MetricSpec(name, label, "series", "daily", (("value", row),), worth, window_days, watch=watch)


def _complaints(name: str, label: str, problem: str, worth: str) -> MetricSpec:
    return MetricSpec(name, label, "feedback_rate", "feedback", (("problem", problem),), worth, 28, good="down")


METRICS = (
    _series("arrivals", "Arrivals", "arrivals", "5%", window_days=14, watch=True),
    MetricSpec("ratings", "How tickets are rated", "mean", "feedback", (("value", "rating"),), "1", 28),
    MetricSpec("arrivals_logged", "Users who log an arrival", "share", "app", (("event", "arrival_logged"),), "3pp", 7),
    MetricSpec(
        "exports_finished", "Users who finish an export", "share", "app", (("event", "export_completed"),), "2pp", 14
    ),
    MetricSpec("berths_assigned", "Berths assigned", "count", "app", (("event", "berth_assigned"),), "4%", 14),
    MetricSpec(
        "invoices_paid", "Money paid", "sum", "app", (("event", "invoice_paid"), ("value", "amount")), "10%", 14
    ),
    MetricSpec(
        "import_failures",
        "Imports that fail",
        "ratio",
        "app",
        (("numerator", "import_failed"), ("denominator", "import_started")),
        "4pp",
        7,
        good="down",
    ),
    _series("invoices_emailed", "Invoices sent by e-mail", "invoices-emailed", "5%"),
    _series("berth_bookings", "Berths booked online", "berth-bookings", "6%"),
    _series("gate_checkins", "Check-ins at the gate", "gate-checkins", "4%"),
    _series("tide_alerts_read", "Tide alerts that are read", "tide-alerts-read", "4%"),
    _complaints("vat_complaints", "Complaints about VAT", "wrong-vat", "30%"),
    _complaints("signed_out_complaints", "Complaints about being signed out", "signed-out-on-the-quay", "30%"),
    _complaints("pier_complaints", "Complaints about lost signal", "no-signal-on-the-pier", "40%"),
)

_HEAD = "# What Harbor counts, and the smallest effect that is worth having.\n\n"


def metric(name: str) -> MetricSpec:
    """The metric of that name."""
    return next(spec for spec in METRICS if spec.name == name)


def named_by(bet: HarborBet) -> tuple[str, ...]:
    """The names of a bet's metrics, its own first."""
    return (bet.metric, *bet.guardrails, *bet.also)


def metrics_toml(framed: tuple[HarborBet, ...] = BETS) -> str:
    """metrics.toml once these bets had been framed: the watched metric, and those that a bet names."""
    names = {name for bet in framed for name in named_by(bet)}
    return _HEAD + "\n".join(spec.toml() for spec in METRICS if spec.watch or spec.name in names)
