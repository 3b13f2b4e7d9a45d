"""Run-time dependencies bear permissive licences; each exception is named, with its reason."""

import re
from importlib.metadata import PackageMetadata, PackageNotFoundError, distribution

from packaging.requirements import Requirement

ALLOWED = re.compile(r"\b(MIT|BSD|Apache|PSF|Python Software Foundation|ISC|0BSD|Unlicense|CC0|Zlib)\b", re.IGNORECASE)
REFUSED = re.compile(r"\b(A?GPL|LGPL|SSPL|BUSL|GNU)\b", re.IGNORECASE)
AS_THEY_ARE = {"certifi": "MPL: a list of root certificates that binds nobody but who changes it"}
EXCEPTIONS = {
    "psycopg": "LGPL: in the extra `postgres` only, loaded as it is",
    "psycopg-binary": "LGPL: in the extra `postgres` only, loaded as it is",
}


def licence_of(name: str) -> str:
    metadata = distribution(name).metadata
    classifiers = [text for text in metadata.get_all("Classifier") or [] if text.startswith("License ::")]
    return " ".join([_said(metadata, "License-Expression"), *classifiers]).strip() or _said(metadata, "License")


def _said(metadata: PackageMetadata, field: str) -> str:
    return " ".join(metadata.get_all(field) or [])


def needed_by(name: str, extras: set[str]) -> set[str]:
    """The names of every distribution that `name` brings along on this machine, itself left out."""
    found: set[str] = set()
    waiting = [(name, extras)]
    while waiting:
        parent, wanted = waiting.pop()
        for text in distribution(parent).requires or []:
            need = Requirement(text)
            if need.name in found or not _applies(need, wanted):
                continue
            found.add(need.name)
            waiting.append((need.name, set(need.extras)))
    return found


def _applies(need: Requirement, extras: set[str]) -> bool:
    if need.marker and not any(need.marker.evaluate({"extra": extra}) for extra in extras | {""}):
        return False
    try:
        distribution(need.name)
    except PackageNotFoundError:
        return False
    return True


def test_everything_that_is_installed_with_it_is_permissively_licensed() -> None:
    names = needed_by("aftermerge", {"postgres", "figures", "themes"})
    assert {"numpy", "duckdb", "sqlalchemy", "vl-convert-python"} <= {name.lower() for name in names}
    refused = {
        name: licence_of(name)
        for name in names
        if name not in {*EXCEPTIONS, *AS_THEY_ARE}
        and (not ALLOWED.search(licence_of(name)) or REFUSED.search(licence_of(name)))
    }
    assert refused == {}


def test_an_exception_is_never_a_dependency_without_its_extra() -> None:
    assert not set(EXCEPTIONS) & needed_by("aftermerge", set())
