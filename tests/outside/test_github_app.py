"""GitHub as an app: who it is, for how long, and what is told nobody."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftermerge.channels.github.client import opened
from aftermerge.connectors.github import GitHubSource, connect
from aftermerge.errors import AftermergeError, InputError, OutsideError, SettingsError
from aftermerge.outside.github import github_api
from aftermerge.outside.http import Api
from aftermerge.outside.keys import Keys
from support.fake_api import FakeApi, FakeTime, Request
from support.fake_github_app import FakeGitHubApp, private_key
from support.fake_github_work import FakeGitHubWork
from support.pulled import context, patient

VARIABLE = "GITHUB_APP_PRIVATE_KEY"
APP = {"app_id": 5, "installation_id": 70}


@pytest.fixture
def app() -> Iterator[FakeGitHubApp]:
    with FakeApi() as api:
        yield FakeGitHubApp(api, FakeTime())


def api_of(app: FakeGitHubApp, key: str | None = None, **more: Any) -> Api:
    given = {"base_url": app.api.url, **APP, **more}
    api = github_api(Keys("work", given), {VARIABLE: private_key() if key is None else key})
    return replace(api, sleep=app.time.sleep, clock=app.time.clock)


def ask(api: Api, times: int = 1) -> None:
    with api.open() as http:
        for _ in range(times):
            http.get("/rate_limit", what="limits")


def is_told(error: AftermergeError, app: FakeGitHubApp) -> bool:
    """Whether a secret stands in it."""
    said = f"{error} {error!r} {error.__cause__!r}"
    return any(secret in said for secret in (*app.given, "eyJ", *private_key().splitlines()[1:-1]))


def test_one_token_is_asked_for_with_a_signature_and_shown_to_all_else(app: FakeGitHubApp) -> None:
    app.api.answer("/rate_limit", {})
    ask(api_of(app), 3)
    [claims] = app.claims
    assert claims["iss"] == "5"
    assert [request.path for request in app.api.requests] == [
        "/app/installations/70/access_tokens",
        *["/rate_limit"] * 3,
    ]
    assert {request.headers["authorization"] for request in app.api.requests[1:]} == {"Bearer ghs_s3cret0"}


def test_the_token_is_renewed_before_it_runs_out_and_kept_until_then(app: FakeGitHubApp) -> None:
    app.api.answer("/rate_limit", {})
    api = api_of(app)
    for minutes in (0, 54, 2, 50, 50):
        app.time.now += timedelta(minutes=minutes)
        ask(api)
    assert len(app.given) == 3
    assert not [request for request in app.api.requests if not request.headers.get("authorization")]


def test_a_token_that_is_not_taken_any_more_is_made_anew_and_nothing_is_done_twice(app: FakeGitHubApp) -> None:
    github = FakeGitHubWork(app.api)
    github.pull(12, 0)

    def suspend(request: Request) -> None:
        if request.method == "GET" and len(app.given) == 1:
            app.revoke()

    github.meanwhile = suspend
    with opened(api_of(app)) as comments:
        assert comments.put_comment("harbor/app", 12, "m", "it helped").outcome == "created"
    assert len(github.bodies(12)) == 1
    assert len(app.given) == 2


def test_an_app_reads_and_speaks_as_a_token_does(app: FakeGitHubApp) -> None:
    github = FakeGitHubWork(app.api)
    for number in range(1, 8):
        github.pull(number, number)
    given = {"kind": "github", "repo": "harbor/app", "as": "pull_requests", "base_url": app.api.url, **APP}
    made = patient(connect({**given, "comment": True}, context({VARIABLE: private_key()}), "work"), app.time)
    assert isinstance(made, GitHubSource)
    [*batches] = made.pull(None)
    assert sum(len(batch.pull_requests) for batch in batches) == 7
    assert private_key()[40:80] not in repr(made)


def test_a_key_with_its_line_ends_written_out_is_the_same_key(app: FakeGitHubApp) -> None:
    app.api.answer("/rate_limit", {})
    ask(api_of(app, private_key().replace("\n", "\\n")))
    assert len(app.given) == 1


def test_limits_and_failures_are_waited_out_where_the_token_is_given_too(app: FakeGitHubApp) -> None:
    app.api.answer("/rate_limit", {})
    app.api.fail_next(1, 502)
    app.api.fail_next(1, 429, {"Retry-After": "30"})
    ask(api_of(app))
    assert app.time.slept == [1, 30]


def test_the_key_of_another_app_is_not_known_and_told_nobody(app: FakeGitHubApp) -> None:
    with pytest.raises(SettingsError, match=f"does not know the private key of app 5 in {VARIABLE}") as raised:
        ask(api_of(app, private_key("another")))
    assert raised.value.key == ("private_key_env",)
    assert not is_told(raised.value, app)


def test_an_installation_that_is_not_there_is_named(app: FakeGitHubApp) -> None:
    with pytest.raises(SettingsError, match="GitHub has no installation 71 of app 5"):
        ask(api_of(app, installation_id="71"))


def test_what_the_app_may_not_read_is_told_without_its_secrets(app: FakeGitHubApp) -> None:
    def refuse(request: Request) -> Any:
        return 403, {}, {"message": f"not with {request.headers['authorization']}"}

    app.api.route("GET", "/rate_limit", refuse)
    with pytest.raises(SettingsError, match="private key of app 5 in") as raised:
        ask(api_of(app))
    assert "may not read limits (not with Bearer …)" in str(raised.value)
    assert not is_told(raised.value, app)


def test_an_answer_without_a_token_is_none(app: FakeGitHubApp) -> None:
    app.api.instead("POST", "/app/.*", lambda request: (201, {}, {"token": None}))
    with pytest.raises(OutsideError, match="gives no token for installation 70 of app 5"):
        ask(api_of(app))


def test_a_missing_key_is_asked_for_only_when_github_is(app: FakeGitHubApp) -> None:
    api = api_of(app, "")
    with pytest.raises(SettingsError, match=f"wants a private key of app 5: {VARIABLE} is not set"):
        ask(api)
    assert app.api.requests == []


def test_a_key_that_only_looks_like_one_is_told_without_it(app: FakeGitHubApp) -> None:
    lines = private_key().splitlines()
    broken = "\n".join([lines[0], *lines[3:]])
    with pytest.raises(SettingsError, match=f"what {VARIABLE} holds is no private key") as raised:
        ask(api_of(app, broken))
    assert not is_told(raised.value, app)


def test_without_the_library_that_signs_the_extra_is_named(app: FakeGitHubApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jwt", None)
    with pytest.raises(InputError, match=r"aftermerge\[github-app\]"):
        ask(api_of(app))


@pytest.mark.parametrize(
    ("keys", "key", "said"),
    [
        ({"installation_id": None}, "installation_id", "is missing"),
        ({"app_id": None}, "app_id", "is missing"),
        ({"app_id": True}, "app_id", "is no number"),
        ({"installation_id": "the one"}, "installation_id", "is no number"),
        ({"token_env": "GH"}, "token_env", "both a token and an app"),
        ({"private_key_env": "-----BEGIN RSA"}, "private_key_env", "not the name of an environment variable"),
    ],
)
def test_a_key_of_the_settings_that_can_not_be_used_is_named(keys: dict[str, Any], key: str, said: str) -> None:
    given = {name: value for name, value in {**APP, **keys}.items() if value is not None}
    with pytest.raises(SettingsError) as raised:
        github_api(Keys("work", given), {})
    assert said in str(raised.value)
    assert raised.value.key == (key,)


@pytest.mark.parametrize("held", ["app.pem", "ghp_token", "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----"])
def test_what_is_no_private_key_is_told_and_not_repeated(held: str) -> None:
    with pytest.raises(SettingsError, match=r"the whole text of the \.pem file") as raised:
        github_api(Keys("work", APP), {VARIABLE: held})
    assert held not in str(raised.value)


def test_an_app_may_bear_its_client_id_and_another_variable(app: FakeGitHubApp) -> None:
    given = {"app_id": "Iv23liA.b", "installation_id": "70", "private_key_env": "APP_KEY"}
    api = github_api(Keys("work", given), {"APP_KEY": private_key()})
    assert api.token.variable == "APP_KEY"
    assert private_key()[40:80] not in repr(api)
