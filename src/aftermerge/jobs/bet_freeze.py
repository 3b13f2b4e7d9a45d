"""`bet freeze`: what the bets' files say now is read first, then frozen."""

from aftermerge.bet.freeze import freeze
from aftermerge.bootstrap import OpenWorkspace
from aftermerge.jobs.sync import read_source, repository_of
from aftermerge.model.frozen import FrozenClaim


def freeze_bets(workspace: OpenWorkspace, slugs: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[FrozenClaim, ...]]:
    """Freeze the named bets, or all; which of them were not frozen before, and the claims of all that were named.

    Raises:
        BetError: a file under bets/ has a mistake.
        UnknownIdError: a slug names no bet.
    """
    files = next(connector for connector in workspace.connectors if connector.name == "workspace")
    report = read_source(files, workspace.ledger, lambda name, done, total: None, workspace.region)
    if report.error:
        raise report.error
    new = freeze(slugs, workspace.ledger, repository_of(workspace), workspace.clock())
    claims = workspace.ledger.frozen_claims()
    return new, tuple(claim for claim in claims if not slugs or claim.bet in slugs)
