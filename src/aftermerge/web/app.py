"""The pages that customers reach by a signed link. Nothing else listens here, so that nothing else needs a login."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from aftermerge.ports import Clock, Tells
from aftermerge.tell.links import Links
from aftermerge.web.pages.gone import gone
from aftermerge.web.pages.helped import view as helped
from aftermerge.web.pages.stop import view as stop

__all__ = ["customer_pages"]


def customer_pages(ledger: Tells, links: Links, clock: Clock) -> Starlette:
    """An ASGI application. The ledger is asked anew for each page."""

    async def show_helped(request: Request) -> Response:
        return helped.show(request.path_params["token"], ledger, links)

    async def take_helped(request: Request) -> Response:
        return await helped.answer(request, request.path_params["token"], ledger, links, clock)

    def show_stop(request: Request) -> Response:
        return stop.show(request.path_params["token"], ledger, links)

    def take_stop(request: Request) -> Response:
        return stop.stop(request.path_params["token"], ledger, links)

    routes = [
        Route("/helped/{token}", show_helped, methods=["GET"]),
        Route("/helped/{token}", take_helped, methods=["POST"]),
        Route("/stop/{token}", show_stop, methods=["GET"]),
        Route("/stop/{token}", take_stop, methods=["POST"]),
        Route("/health", lambda _: PlainTextResponse("ok"), methods=["GET"]),
    ]
    return Starlette(routes=routes, exception_handlers={404: lambda _, __: gone(is_expired=False)})
