"""The keys of one `[[source]]`, read one by one; what nobody asked for is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from aftermerge.errors import SettingsError, nearest

__all__ = ["Keys"]

_Word = TypeVar("_Word", bound=str)


@dataclass(frozen=True, slots=True)
class Keys:
    """A source's configuration, with the source's name for what is said about it."""

    source: str
    given: Mapping[str, object]

    def refuse_unknown(self, *known: str) -> None:
        """Raises SettingsError on the first key that is not one of `known`."""
        for key in self.given:
            if key not in known:
                raise self.wrong(key, f"source `{self.source}` has an unknown key `{key}`", nearest(key, known))

    def text(self, key: str) -> str | None:
        """A text, or None when the key is not given."""
        value = self.given.get(key)
        if value is None or (isinstance(value, str) and value):
            return value
        raise self._not_a(key, "a text")

    def one_of(self, key: str, known: tuple[_Word, ...], default: _Word | None = None) -> _Word:
        """One of a few words."""
        value = self.text(key) or default
        for word in known:
            if word == value:
                return word
        problem = f"can't be `{value}`" if value else "is missing"
        raise self.wrong(key, f"`{key}` of source `{self.source}` {problem}", nearest(value or "", known))

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts."""
        value = self.given.get(key)
        if value is None:
            return default
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self._not_a(key, "a list of texts")

    def table(self, key: str) -> Mapping[str, object]:
        """A table, empty when the key is not given."""
        value = self.given.get(key, {})
        if isinstance(value, Mapping):
            return value
        raise self._not_a(key, "a table")

    def wrong(self, key: str, what: str, then: str) -> SettingsError:
        """The error to raise about a key; who has read the file adds the line."""
        return SettingsError(what, then=then, key=(key,))

    def _not_a(self, key: str, wanted: str) -> SettingsError:
        return self.wrong(key, f"`{key}` of source `{self.source}` is not {wanted}", f"write {wanted}")
