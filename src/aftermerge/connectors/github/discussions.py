"""A repository's discussions, which only GraphQL lists by time, and only newest first can they be cut off at one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from aftermerge.connectors.cursors.changed import Made
from aftermerge.connectors.cursors.since import Since, read_since
from aftermerge.connectors.github.config import GitHubConfig
from aftermerge.connectors.github.convert import as_rest, comment, discussion
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.told.thread import Post, conversation
from aftermerge.errors import AftermergeError
from aftermerge.outside.http import Http
from aftermerge.outside.http.reading import at, boolean, moment, rows, table, text, whole

__all__ = ["Discussions", "Reach", "read_reach"]

_AUTHOR = "author { __typename login ... on User { name } } authorAssociation"
_WORDS = f"body url createdAt updatedAt {_AUTHOR}"
_LIST = f"""
query ($owner: String!, $name: String!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    discussions(first: 50, after: $after, orderBy: {{field: UPDATED_AT, direction: DESC}}) {{
      pageInfo {{ hasNextPage }}
      edges {{ cursor node {{
        number title {_WORDS}
        labels(first: 100) {{ nodes {{ name }} }}
        comments {{ totalCount }}
      }} }}
    }}
  }}
}}"""
_COMMENTS = f"""
query ($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    discussion(number: $number) {{
      comments(first: 50, after: $after) {{
        pageInfo {{ hasNextPage endCursor }}
        nodes {{ databaseId {_WORDS} replies(first: 100) {{ nodes {{ databaseId {_WORDS} }} }} }}
      }}
    }}
  }}
}}"""

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the discussions were read. While a pull is under way, `after` is its place in the list, going back to
    `since`, and `read` what it has come by: that is `since` once it arrives.
    """

    since: Since
    read: Since = field(default_factory=Since)
    after: str | None = None

    def saved(self) -> dict[str, object]:
        """For the cursor."""
        done = {"since": self.since.saved()}
        return {**done, "read": self.read.saved(), "after": self.after} if self.after else dict(done)


def read_reach(saved: object, start: datetime | None) -> Reach:
    """As it was saved; where nothing was, from `start` on."""
    after = text(saved, "after")
    read = read_since(at(saved, "read")) if after else Since()
    return Reach(read_since(at(saved, "since"), start), read, after)


@dataclass(frozen=True, slots=True)
class Discussions:
    """The discussions of one repository."""

    http: Http
    repo: str
    config: GitHubConfig
    source: str

    def read(self, reach: Reach) -> Iterator[tuple[Made, Reach]]:
        """What is new, newest first, page by page; what changes meanwhile is new the next time."""
        after, more = reach.after, True
        while more:
            page = self._asked(_LIST, f"discussions of {self.repo}", after=after)
            edges = rows(page, "discussions", "edges")
            wanted = [edge for edge in edges if _is_within(edge, reach.since)]
            more = boolean(page, "discussions", "pageInfo", "hasNextPage") and len(wanted) == len(edges) > 0
            after = text(edges[-1], "cursor") if edges else None
            for made, reached in self._read_page(wanted, reach):
                reach = reached
                yield made, reach
        if reach.after is not None:
            yield [], _arrived(reach)

    def _read_page(self, edges: Sequence[Body], reach: Reach) -> Iterator[tuple[Made, Reach]]:
        """The page; or what there is of it when its comments can't be read to the end, before the error."""
        made: Made = []
        begun = reach
        try:
            for edge in edges:
                node, changed = table(edge, "node"), moment(edge, "node", "updatedAt")
                number = str(whole(node, "number"))
                if changed is not None and begun.since.is_new(number, changed):
                    made += self._thread(node)
                    reach = replace(reach, read=reach.read.after([(number, changed)]), after=text(edge, "cursor"))
        except AftermergeError:
            if reach != begun:
                yield made, reach
            raise
        if reach != begun:
            yield made, reach

    def _thread(self, node: Body) -> Sequence[Item | NotHeard]:
        opening = discussion(as_rest(node), self.repo, self.config.team)
        if isinstance(opening, NotHeard):
            return [opening]
        labels = {text(label, "name") for label in rows(node, "labels", "nodes")}
        if not labels.issuperset(self.config.labels):
            return [NotHeard("it does not bear the labels")]
        wants_comments = self.config.comments and whole(node, "comments", "totalCount")
        comments = self._comments(opening, whole(node, "number")) if wants_comments else []
        return conversation([opening, *comments], self.source)

    def _comments(self, opening: Post, number: int | None) -> list[Post | NotHeard]:
        found: list[Post | NotHeard] = []
        after, more = None, True
        while more:
            page = self._asked(_COMMENTS, f"comments on {opening.thread}", number=number, after=after)
            for node in rows(page, "discussion", "comments", "nodes"):
                both = [node, *rows(node, "replies", "nodes")]
                found += [comment(as_rest(said), opening.thread, self.config.team) for said in both]
            after = text(page, "discussion", "comments", "pageInfo", "endCursor")
            more = boolean(page, "discussion", "comments", "pageInfo", "hasNextPage") and after is not None
        return found

    def _asked(self, query: str, what: str, **variables: object) -> Body:
        owner, _, name = self.repo.partition("/")
        given = {"owner": owner, "name": name, **variables}
        return table(self.http.graphql(self.config.graphql_url, query, given, what=what).body, "repository")


def _arrived(reach: Reach) -> Reach:
    return Reach(reach.since.after((ref, time) for ref, time in reach.read.seen.items()))


def _is_within(edge: Body, since: Since) -> bool:
    """Whether a place in the list is not older than what was read before."""
    changed, start = moment(edge, "node", "updatedAt"), since.asked_from
    return changed is None or start is None or changed >= start
