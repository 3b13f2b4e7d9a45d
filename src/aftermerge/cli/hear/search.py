"""`aftermerge hear search`."""

import os
import re
from pathlib import Path

import click

from aftermerge.bootstrap import OpenWorkspace, open_workspace
from aftermerge.cli.hear.period import moment_of, ratings_of
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.hear.search import search as search_feedback
from aftermerge.model.search import SearchQuery
from aftermerge.render.feedback import feedback_document, feedback_text

_WITHOUT = re.compile(r"-[^\W\d_]{2,}.*|-\".+")


class WordsCommand(click.Command):
    """Takes `-login` for a word that must not stand there: no option of one dash has a longer name than a letter."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" not in args:
            without = [arg for arg in args if _WITHOUT.fullmatch(arg)]
            args = [*(arg for arg in args if arg not in without), "--", *without]
        return super().parse_args(ctx, args)


@click.command(cls=WordsCommand)
@click.argument("words", nargs=-1)
@click.option("--source", help="Only from this source.")
@click.option("--account", help="Only from this account.")
@click.option("--rating", help="Only with this rating: 1-2, 4-, 5.")
@click.option("--version", help="Only about this version, as the customer's app gave it.")
@click.option("--problem", help="Only what speaks of this problem.")
@click.option("--since", help="From this day on, or so long ago: 2026-03-01, 14d, 6w, 3m, 1y.")
@click.option("--until", help="Before this day.")
@click.option("--newest", is_flag=True, help="The newest first, instead of the best.")
@click.option("-n", "most", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many.")
@click.option("--rebuild", is_flag=True, help="Fill the index anew from the ledger first.")
@in_folder
@as_json
def search(
    words: tuple[str, ...],
    source: str | None,
    account: str | None,
    rating: str | None,
    version: str | None,
    problem: str | None,
    since: str | None,
    until: str | None,
    newest: bool,
    most: int,
    rebuild: bool,
    folder: Path,
    as_json: bool,
) -> None:
    """Find what customers said: words, phrases, filters.

    All WORDS must stand in a text, in any of their forms. '"times out"' is a phrase, expor* a beginning, -login what
    must not stand there; a word that nobody wrote is tried with typos. No words: the newest that the filters leave.
    """
    least_rating, most_rating = ratings_of(rating)
    with open_workspace(folder, os.environ) as workspace:
        now = workspace.clock()
        query = SearchQuery(
            " ".join(words),
            source=source,
            account=account,
            version=version,
            problem=problem,
            since=moment_of(since, workspace.timezone, now),
            until=moment_of(until, workspace.timezone, now),
            least_rating=least_rating,
            most_rating=most_rating,
            order="newest" if newest else "best",
            limit=most,
        )
        _answer(workspace, query, rebuild, as_json)


def _answer(workspace: OpenWorkspace, query: SearchQuery, rebuild: bool, as_json: bool) -> None:
    index = workspace.index
    if rebuild:
        index.clear()
    found = search_feedback(query, workspace.ledger, index)
    if as_json:
        print_json(feedback_document(found, workspace.clock()))
    else:
        say(feedback_text(found, workspace.timezone, paint))
