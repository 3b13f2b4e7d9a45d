"""Published thanks as contributions, in the words of all-contributors."""

from collections.abc import Mapping, Sequence

from aftermerge.model.thanks import Habit, OwnName, Thanks

CONTRIBUTION_OF: Mapping[Habit, str] = {
    "followed_after_merge": "maintenance",
    "closed_the_loop": "question",
    "asked_the_hard_question": "ideas",
    "stopped_on_time": "projectManagement",
    "crossed_a_boundary": "mentoring",
    "unblocked_a_customer": "userTesting",
    "taught_us_something": "research",
}
"""The kind that comes nearest to each habit, of those that all-contributors knows."""


def contributors(
    published: Sequence[Thanks], names: Mapping[str, Sequence[OwnName]], github: Sequence[str]
) -> list[dict[str, object]]:
    """One entry for each receiver, in the order in which they first published; a kind stands once, however often.

    `names` are what receivers said of themselves, `github` the sources at which a name is a login. Whoever linked
    none is called by what stands before the `@` of their address, which itself is not exported.
    """
    ordered = sorted((row for row in published if row.published_at), key=lambda row: (row.published_at, row.id))
    kinds: dict[str, list[str]] = {}
    for row in ordered:
        kinds.setdefault(row.receiver, []).append(CONTRIBUTION_OF[row.habit])
    return [_entry(receiver, names.get(receiver, ()), github, found) for receiver, found in kinds.items()]


def _entry(receiver: str, names: Sequence[OwnName], github: Sequence[str], kinds: Sequence[str]) -> dict[str, object]:
    login = next((name.name.removeprefix("@") for name in names if name.source in github), None)
    entry: dict[str, object] = {"login": login} if login else {}
    entry["name"] = login or receiver.partition("@")[0]
    if login:
        entry |= {"avatar_url": f"https://github.com/{login}.png", "profile": f"https://github.com/{login}"}
    return entry | {"contributions": sorted(set(kinds), key=list(CONTRIBUTION_OF.values()).index)}
