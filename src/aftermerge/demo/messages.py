"""Commit messages in the shapes in which teams write them."""

from aftermerge.demo.work import Work

_EVERY = 5
_RULE = "-" * 9


def message_of(work: Work) -> str:
    """The message of the commit that brings a bet's work to the main line."""
    branch = f"bet/{work.bet.slug}"
    match work.style:
        case "github":
            return f"Merge pull request #{work.number} from harbor/{branch}\n\n{work.title}\n"
        case "gitlab":
            merge = f"Merge branch '{branch}' into 'main'"
            return f"{merge}\n\n{work.title}\n\nSee merge request harbor/app!{work.number}\n"
        case "branch":
            return f"Merge branch '{branch}'\n"
        case "squash":
            return _squashed(work)
        case "direct":
            return f"{work.title}\n\n{_bet(work)}".rstrip() + "\n"


def trailers(area: str, n: int) -> str:
    """Now and then two teams sit together."""
    return "" if n % _EVERY else f"\n{_co_author(area)}"


def _squashed(work: Work) -> str:
    """Bullets, then the bet, then what tools leave behind: a rule, an issue that it closes, co-authors."""
    bullets = "\n".join(f"* {step.subject}" for step in work.steps)
    helpers = "".join(_co_author(team) for team in work.helpers)
    tail = f"{_RULE}\n\n{helpers}" if helpers else f"Closes #{work.number - 1}\n"
    return f"{work.title} (#{work.number})\n\n{bullets}\n\n{_bet(work)}{tail}"


def _bet(work: Work) -> str:
    return f"Bet: {work.bet.slug}\n" if work.linked else ""


def _co_author(team: str) -> str:
    return f"Co-authored-by: Harbor {team} team <{team}@harbor.example>\n"
