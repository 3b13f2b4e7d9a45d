"""Panels of units over periods: two of the literature, where a machine has them, and simulated ones."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SCHOOL = ("school.illit", "school.prim", "school.med", "school.high")
SECTORS = ("agriculture", "energy", "industry", "construction", "services.venta", "services.nonventa")


@dataclass(frozen=True, eq=False, slots=True)
class NamedPanel:
    """`values` are (units, periods); `treated` is the index of the one treated unit, `switch` of its first period."""

    names: tuple[str, ...]
    values: Floats
    treated: int
    switch: int

    @property
    def untreated_names(self) -> list[str]:
        return [name for index, name in enumerate(self.names) if index != self.treated]


def prop99(file: Path) -> NamedPanel:
    """Packs of cigarettes a head, 39 states from 1970 to 2000; California was taxed from 1989 on."""
    with file.open() as lines:
        rows = {
            (row["State"], int(row["Year"])): float(row["PacksPerCapita"])
            for row in csv.DictReader(lines, None, delimiter=";")
        }
    names, years = sorted({state for state, _ in rows}), sorted({year for _, year in rows})
    values = np.array([[rows[name, year] for year in years] for name in names])
    return NamedPanel(tuple(names), values, names.index("California"), years.index(1989))


@dataclass(frozen=True, eq=False, slots=True)
class Basque:
    """Predictors, (regions, predictors), and GDP a head from 1960 to 1969, (regions, years); Spain as a whole left
    out."""

    names: tuple[str, ...]
    predictors: Floats
    outcomes: Floats
    treated: int

    @property
    def untreated(self) -> list[int]:
        return [index for index in range(len(self.names)) if index != self.treated]


def basque(file: Path) -> Basque:
    """As Abadie and Gardeazabal (2003) have it: the two highest schools are one, and schooling is in percent."""
    with file.open() as lines:
        rows = {(row["regionname"], int(float(row["year"]))): row for row in csv.DictReader(lines)}
    names = sorted({name for name, _ in rows if not name.startswith("Spain")})
    wanted = [(column, range(1964, 1970)) for column in (*SCHOOL, "school.post.high", "invest")]
    wanted += [("gdpcap", range(1960, 1970)), ("popdens", range(1969, 1970))]
    wanted += [(f"sec.{sector}", range(1961, 1970, 2)) for sector in SECTORS]
    means = np.array([[np.mean([float(rows[n, y][c]) for y in years]) for c, years in wanted] for n in names])
    means[:, 3] += means[:, 4]
    means[:, :4] *= 100 / means[:, :4].sum(axis=1, keepdims=True)
    outcomes = np.array([[float(rows[name, year]["gdpcap"]) for year in range(1960, 1970)] for name in names])
    treated = next(index for index, name in enumerate(names) if name.startswith("Basque"))
    return Basque(tuple(names), np.delete(means, 4, axis=1), outcomes, treated)


def factor_panel(rng: np.random.Generator, units: int, periods: int, factors: int = 2) -> Floats:
    """Units that load on common random walks, with noise of their own, (units, periods)."""
    walks = np.cumsum(rng.normal(size=(factors, periods)), axis=1)
    return np.asarray(
        10 * rng.normal(size=(units, 1)) + rng.random((units, factors)) @ walks + rng.normal(size=(units, periods))
    )
