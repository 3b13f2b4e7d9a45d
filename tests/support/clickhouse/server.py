"""ClickHouse's HTTP interface, as its documentation has it, over the embedded engine.

One user with a password, settings as parameters of the address, formats, codes of errors, `readonly`. The
engine is one to a process and may not be forked, so that it has this process for itself. It is run as
`python -m support.clickhouse.server FOLDER`, and the port is the first line of what it prints.
"""

import re
import sys
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chdb.session import Session

USER, PASSWORD = "reader", "open sesame?/&"
_OF_THE_HANDLER = ("database", "default_format", "query", "wait_end_of_query", "readonly")
_READS = ("SELECT", "WITH", "EXPLAIN", "DESCRIBE", "SHOW")
_HAS_SETTINGS = ("SELECT", "WITH", "EXPLAIN")
_CODE = re.compile(r"Code: (\d+)")
_STATUS = {60: 404, 62: 400, 164: 403, 516: 403}


@dataclass(frozen=True)
class RefusedError(Exception):
    """What the server says, as it says it."""

    code: int
    told: str


class Engine:
    """The embedded engine, asked as a server asks its own."""

    def __init__(self, folder: str) -> None:
        self.lock = Lock()
        self.session: Any = Session(folder)  # type: ignore[no-untyped-call]  # chdb types nothing

    def answer(self, text: str, given: dict[str, str]) -> bytes:
        """
        Raises:
            RefusedError: the statement writes where it may not, or the engine refuses it.
        """
        word = text.split(maxsplit=1)[0].upper()
        if int(given.get("readonly", 0)) and word not in _READS:
            raise RefusedError(164, "Code: 164. DB::Exception: Cannot execute query in readonly mode. (READONLY)")
        chosen = {name: value for name, value in given.items() if name not in _OF_THE_HANDLER}
        if chosen and word in _HAS_SETTINGS:
            text = f"{text}\nSETTINGS " + ", ".join(f"{name} = '{value}'" for name, value in chosen.items())
        try:
            with self.lock:
                return bytes(self.session.query(text, given.get("default_format", "TabSeparated")).bytes())
        except RuntimeError as error:
            found = _CODE.search(str(error))
            raise RefusedError(int(found[1]) if found else 1002, str(error)) from error


def handler(engine: Engine) -> type[BaseHTTPRequestHandler]:
    """Requests to this engine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            try:
                self._authenticate()
                self._send(200, engine.answer(text, dict(parse_qsl(urlsplit(self.path).query))))
            except RefusedError as refused:
                headers = {"X-ClickHouse-Exception-Code": str(refused.code)}
                self._send(_STATUS.get(refused.code, 500), f"{refused.told}\n".encode(), headers)

        def log_message(self, *_: object) -> None:
            """Nothing."""

        def _authenticate(self) -> None:
            if (self.headers.get("X-ClickHouse-User"), self.headers.get("X-ClickHouse-Key")) != (USER, PASSWORD):
                told = "Authentication failed: password is incorrect, or there is no user with such name."
                raise RefusedError(516, f"Code: 516. DB::Exception: {told} (AUTHENTICATION_FAILED)")

        def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(Engine(sys.argv[1])))
    print(server.server_port, flush=True)
    server.serve_forever()
