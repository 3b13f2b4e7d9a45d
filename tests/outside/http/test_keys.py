"""The keys that every live source has: where its service stands, and which variable holds its token."""

import pytest

from aftermerge.errors import SettingsError
from aftermerge.outside.http import next_link, read_base_url, read_token
from aftermerge.outside.keys import Keys


def keys(**given: object) -> Keys:
    return Keys("app", given)


def test_a_token_is_looked_up_under_its_usual_or_its_given_name() -> None:
    environ = {"HARBOR_TOKEN": " a1 \n", "OTHER": "b2", "EMPTY": ""}
    assert read_token(keys(), environ, "HARBOR_TOKEN").value == "a1"
    assert read_token(keys(token_env="OTHER"), environ, "HARBOR_TOKEN").value == "b2"  # noqa: S106
    assert read_token(keys(token_env="EMPTY"), environ, "HARBOR_TOKEN").value is None  # noqa: S106


def test_a_token_that_is_missing_is_an_error_once_it_is_needed() -> None:
    with pytest.raises(SettingsError, match="Harbor wants a token: HARBOR_TOKEN is not set"):
        read_token(keys(), {}, "HARBOR_TOKEN").needed("Harbor")


def test_a_token_written_into_the_file_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError) as raised:
        read_token(keys(token_env="ghp-secret"), {}, "HARBOR_TOKEN")  # noqa: S106
    assert "not the name of an environment variable" in str(raised.value)
    assert "ghp-secret" not in str(raised.value)


@pytest.mark.parametrize("value", ["two words", "line\nline", "schlüssel"])
def test_what_can_be_no_token_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(SettingsError, match="what HARBOR_TOKEN holds is no token") as raised:
        read_token(keys(), {"HARBOR_TOKEN": value}, "HARBOR_TOKEN")
    assert value not in str(raised.value)


def test_a_token_is_shown_to_nobody_in_passing() -> None:
    token = read_token(keys(), {"HARBOR_TOKEN": "a1b2"}, "HARBOR_TOKEN")
    assert "a1b2" not in repr(token)
    assert token.bearer() == {"Authorization": "Bearer a1b2"}
    assert token.basic("maya") == {"Authorization": "Basic bWF5YTphMWIy"}


@pytest.mark.parametrize("url", ["https://git.harbor.example/api/v3", "http://127.0.0.1:8000", "http://localhost"])
def test_an_address_is_https_or_on_this_machine(url: str) -> None:
    assert read_base_url(keys(base_url=f"{url}/")) == url


@pytest.mark.parametrize(
    "url",
    ["http://git.harbor.example", "ftp://x", "harbor", "https://", "https://u:p@x", "https://x?a=b", "http://[", "/x"],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read_base_url(keys(base_url=url))
    assert raised.value.key == ("base_url",)


def test_an_address_that_nobody_gave_is_the_default_or_missing() -> None:
    assert read_base_url(keys(), "https://api.harbor.example") == "https://api.harbor.example"
    with pytest.raises(SettingsError, match="does not say where its service stands"):
        read_base_url(keys())


@pytest.mark.parametrize(
    ("header", "link"),
    [
        ('<https://h/a?page=2>; rel="next"', "https://h/a?page=2"),
        ('<https://h/a,b?page=2>; rel="last", <https://h/c;d>; title="x"; rel="first next"', "https://h/c;d"),
        ("<https://h/a>; rel=next", "https://h/a"),
        ('<https://h/a>; rel="prev"', None),
        ('<https://h/a>; rel="nextish"', None),
        ("", None),
        (None, None),
        ("<<<>>>;;;", None),
    ],
)
def test_the_next_link_is_read_in_all_its_spellings(header: str | None, link: str | None) -> None:
    assert next_link(header) == link
