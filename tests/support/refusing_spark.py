"""A Spark Connect server that takes no token any more."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any


@contextmanager
def refusing_server() -> Iterator[tuple[str, list[str]]]:
    """Host and port, and what each call gave to prove who it is."""
    import grpc  # type: ignore[import-untyped]

    seen: list[str] = []

    def refuse(_: Any, context: Any) -> None:
        seen.append(dict(context.invocation_metadata())["authorization"])
        context.abort(grpc.StatusCode.UNAUTHENTICATED, "the token has expired")

    class Refusing(grpc.GenericRpcHandler):  # type: ignore[misc]
        def service(self, handler_call_details: Any) -> Any:
            return grpc.unary_unary_rpc_method_handler(refuse)

    server = grpc.server(ThreadPoolExecutor(1), handlers=[Refusing()])
    port = server.add_secure_port("localhost:0", grpc.local_server_credentials())
    server.start()
    try:
        yield f"localhost:{port}", seen
    finally:
        server.stop(None).wait()
