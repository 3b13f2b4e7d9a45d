"""A service on this machine that speaks HTTP, for connectors to be tried against, and a time that passes by itself."""

import json
import re
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

__all__ = ["FakeApi", "FakeTime", "Handler", "Replied", "Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. Header names are in small letters; `groups` are those of the route's pattern."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    groups: tuple[str, ...] = ()

    @property
    def json(self) -> object:
        return json.loads(self.body)


Replied = tuple[int, Mapping[str, str], object]
"""Status, headers, body: bytes as they are, anything else as JSON."""

Handler = Callable[[Request], Replied]


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asks may be gone by the answer: nothing is said of that."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class FakeApi:
    """Answers by the routes that a test gives it; remembers what it was asked.

    A path is a regular expression for the whole of it; the first route that fits answers, else 404. What `gate` gives
    is answered before that.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.gate: Callable[[Request], Replied | None] = lambda request: None
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []
        self._next: deque[Replied] = deque()
        self._broken: tuple[int, Replied] | None = None
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        # The interval is how long closing takes at most.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def route(self, method: str, path: str, handler: Handler) -> None:
        self._routes.append((method, re.compile(path), handler))

    def instead(self, method: str, path: str, handler: Handler) -> None:
        """This route before all that were given until now."""
        self._routes.insert(0, (method, re.compile(path), handler))

    def handler(self, method: str, path: str) -> Handler:
        """What answers there."""
        return next(handler for other, route, handler in self._routes if other == method and route.fullmatch(path))

    def answer(self, path: str, body: object, headers: Mapping[str, str] | None = None, status: int = 200) -> None:
        """The same answer to every GET of a path."""
        self.route("GET", path, lambda request: (status, headers or {}, body))

    def fail_next(self, times: int, status: int, headers: Mapping[str, str] | None = None, body: object = None) -> None:
        """Whatever is asked next, so many times, is answered like this."""
        self._next.extend([(status, headers or {}, body)] * times)

    def fail_after(
        self, times: int, status: int, headers: Mapping[str, str] | None = None, body: object = None
    ) -> None:
        """From that many requests on, whatever is asked is answered like this, until `stop_failing`."""
        self._broken = (len(self.requests) + times, (status, headers or {}, body))

    def stop_failing(self) -> None:
        self._next.clear()
        self._broken = None

    def asked(self, path: str) -> list[Request]:
        """The requests for paths that fit."""
        return [request for request in self.requests if re.fullmatch(path, request.path)]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _reply(self, request: Request) -> Replied:
        self.requests.append(request)
        if self._next:
            return self._next.popleft()
        if self._broken and len(self.requests) > self._broken[0]:
            return self._broken[1]
        refused = self.gate(request)
        if refused is not None:
            return refused
        for method, path, handler in self._routes:
            found = path.fullmatch(request.path)
            if found and method == request.method:
                groups = tuple(group or "" for group in found.groups())
                return handler(
                    Request(request.method, request.path, request.query, request.headers, request.body, groups)
                )
        return 404, {}, {"message": "Not Found"}


def _handler(api: FakeApi) -> type[BaseHTTPRequestHandler]:
    class Handling(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing: a test's output is its own."""

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            status, given, content = api._reply(Request(self.command, parts.path, query, headers, body))
            sent = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **given}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

    return Handling


@dataclass(slots=True)
class FakeTime:
    """A clock that stands still until somebody sleeps; `slept` is for how long, each time."""

    now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def clock(self) -> datetime:
        return self.now
