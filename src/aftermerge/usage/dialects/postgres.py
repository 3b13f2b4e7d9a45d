"""PostgreSQL."""

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects import Postgres as Known

from aftermerge.usage import words
from aftermerge.usage.dialects.duckdb import at_zone, before, capped


class Postgres(Known):  # type: ignore[misc]  # its base is typed as Any
    """PostgreSQL, and our own words."""

    class Generator(Known.Generator):  # type: ignore[misc]
        """Writes them."""

        TRANSFORMS: ClassVar[dict[Any, Any]] = Known.Generator.TRANSFORMS | {
            words.InUtc: lambda write, word: write.sql(at_zone(word.this, "UTC")),
            words.OnWallClock: lambda write, word: write.sql(at_zone(at_zone(word.this, "UTC"), word.args["zone"])),
            words.FromWallClock: lambda write, word: write.sql(at_zone(at_zone(word.this, word.args["zone"]), "UTC")),
            words.WideTotal: lambda write, word: write.func("SUM", word.this),
            words.Capped: lambda write, word: write.sql(capped(word.this, word.args["cap"])),
            words.Before: lambda write, word: write.sql(before(word.this)),
            words.Hashed: lambda write, word: write.func("HASHTEXTEXTENDED", _text(word.this), exp.Literal.number(0)),
        }


def _text(value: exp.Expr) -> exp.Expr:
    return exp.cast(value.copy(), "TEXT")
