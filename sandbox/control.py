"""The control plane of the running sandbox: clock, faults and request log."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.faults import FAULTS, WrongFault
from sandbox.state import Sandbox


class Control:
    """The control plane: clock, faults and log."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def routes(self) -> list[Route]:
        """Its paths."""
        paths: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
            ("GET", "/log", self.log),
            ("DELETE", "/log", self.clear_log),
            ("GET", "/clock", self.clock),
            ("POST", "/clock", self.set_clock),
            ("GET", "/faults", self.list_faults),
            ("POST", "/faults", self.switch_on),
            ("DELETE", "/faults", self.clear_faults),
        ]
        return [Route(path, run, methods=[method]) for method, path, run in paths]

    async def log(self, request: Request) -> Response:
        """All requests to the vendors, oldest first."""
        return JSONResponse(list(self.sandbox.log))

    async def clear_log(self, request: Request) -> Response:
        """Forget the requests."""
        self.sandbox.log.clear()
        return JSONResponse([])

    async def clock(self, request: Request) -> Response:
        """The moment at which the vendors answer."""
        return JSONResponse({"now": self.sandbox.now.isoformat()})

    async def set_clock(self, request: Request) -> Response:
        """Move to another moment."""
        try:
            self.sandbox.set_clock(parse_moment((await request.json())["now"]))
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"error": f'send {{"now": "2026-07-01T00:00:00Z"}}: {error}'}, 400)
        return await self.clock(request)

    async def list_faults(self, request: Request) -> Response:
        """The faults that are on, and all there are."""
        known = {
            name: {"description": kind.description, "options": kind.options} for name, kind in FAULTS.items()
        }
        return JSONResponse({"on": self.sandbox.faults.listed(), "known": known})

    async def switch_on(self, request: Request) -> Response:
        """Switch a fault on."""
        try:
            fault = self.sandbox.faults.switch_on(await request.json())
        except (WrongFault, ValueError, AttributeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(vars(fault), 201)

    async def clear_faults(self, request: Request) -> Response:
        """Switch all faults off."""
        self.sandbox.faults.clear()
        return JSONResponse({"on": []})


def parse_moment(text: str) -> datetime:
    """An ISO time; without an offset it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
