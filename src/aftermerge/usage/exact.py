"""Sums that come out the same, bit for bit, in whatever order an engine adds up.

Float addition depends on the order, and engines add up in parallel. Each number is therefore first rounded to a grid so
coarse that every sum of such numbers is exact in float64; what the rounding took away is added up on a second, finer
grid (pre-rounding: Rump, Ogita and Oishi 2008, algorithm 3.2; Demmel and Nguyen 2013, section IV).
Assumption: the engine adds in float64, rounds to even, and does not rearrange `(a + b) - b`.
Blind spot: of n numbers, the largest of size s, each may lose s n² 2⁻¹⁰¹: for a million, 10⁻¹⁸ of s. So grids are those
of each group that is added up; where they are not, it is seen to that they are fine enough (see `grids`).
"""

from collections.abc import Sequence

from sqlglot import exp

from aftermerge.usage import sql

HALF_OF_ALL_BITS = 2.0**-53


def bits(count: exp.Expr) -> exp.Expr:
    """2ᴸ with 2ᴸ ⁻ ¹ > the number of summands; the spare bit forgives a logarithm that is off by a digit."""
    return sql.power_of_two(sql.plus(sql.log2_up(sql.plus(count, sql.number(1))), sql.number(1)))


def size(most: exp.Expr) -> exp.Expr:
    """2ᴱ, at least the largest magnitude `most`; 1 where all are 0 or none is there."""
    return sql.or_else(sql.power_of_two(sql.log2_up(sql.or_null(most, sql.number(0)))), sql.number(1))


def magic(*factors: exp.Expr) -> exp.Expr:
    """1.5 × the factors: added and taken away again, it leaves a number on the grid of its last digit."""
    product: exp.Expr = sql.number(1.5)
    for factor in factors:
        product = sql.times(product, factor)
    return product


def finer(magic_of_sum: exp.Expr, bits_of_sum: exp.Expr) -> exp.Expr:
    """The magic number for what the first grid took away, at most half of that grid's step."""
    return sql.times(sql.times(magic_of_sum, bits_of_sum), sql.real(HALF_OF_ALL_BITS))


def on_grid(value: exp.Expr, magic_number: exp.Expr) -> exp.Expr:
    """The number on the grid that is nearest to the value."""
    return sql.minus(exp.paren(sql.plus(value, magic_number)), magic_number)


def total(value: exp.Expr, grids: Sequence[exp.Expr], where: exp.Expr | None = None) -> exp.Expr:
    """The sum where the condition holds, grid by grid, the coarsest first; what the last took away is left out."""
    magic_number, *finer_numbers = grids
    gridded = on_grid(value, magic_number)
    first = sql.total(sql.when(where, gridded))
    return sql.plus(first, total(left(value, gridded), finer_numbers, where)) if finer_numbers else first


def left(value: exp.Expr, gridded: exp.Expr) -> exp.Expr:
    """What the grid took away."""
    return sql.minus(value, gridded)
