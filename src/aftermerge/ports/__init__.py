"""What the stages need from outside, as protocols. Adapters fit them; `bootstrap` chooses which."""

from aftermerge.ports.heard import Heeds
from aftermerge.ports.kept import Keeps
from aftermerge.ports.learned import Learns
from aftermerge.ports.ledger import Knowledge, Ledger, Stored
from aftermerge.ports.outside import Embedder, Figures, SearchIndex, Themer, Usage
from aftermerge.ports.sources import Clock, Connector, FileVersions, OwnGit, Repository, SourceContext
from aftermerge.ports.speaking import (
    Bulletin,
    Comments,
    Correspondence,
    Delivery,
    Letter,
    Noticeboard,
    Posted,
    StatusState,
)
from aftermerge.ports.told import Tells

__all__ = [
    "Bulletin",
    "Clock",
    "Comments",
    "Connector",
    "Correspondence",
    "Delivery",
    "Embedder",
    "Figures",
    "FileVersions",
    "Heeds",
    "Keeps",
    "Knowledge",
    "Learns",
    "Ledger",
    "Letter",
    "Noticeboard",
    "OwnGit",
    "Posted",
    "Repository",
    "SearchIndex",
    "SourceContext",
    "StatusState",
    "Stored",
    "Tells",
    "Themer",
    "Usage",
]
