"""What readers need of a stored table: exactly the files that the manifest lists, and which columns have codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aftermerge.model.kept import Manifest
from aftermerge.usage.store.names import CODES, FILE


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """The files of a stored table at one moment.

    `codes` gives, by the column of units or accounts, the column of whole numbers that tells them apart as well and is
    quicker to group by. `hidden` are columns that a reader has no use for.
    """

    paths: tuple[Path, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = (FILE,)


def kept_files(folder: Path, manifest: Manifest | None) -> KeptFiles:
    """`folder` is the store's."""
    if manifest is None:
        return KeptFiles()
    layout = manifest.layout
    codes = {layout.unit: CODES["unit"]} | ({layout.account: CODES["account"]} if layout.account else {})
    return KeptFiles(tuple(folder / part.path for part in manifest.parts), codes)
