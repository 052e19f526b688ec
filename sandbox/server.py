"""The make-believe vendors and their control plane on one port."""

import json
import logging
import os
import re
import signal
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount
from starlette.types import Message, Receive, Scope, Send

from sandbox.control import Control
from sandbox.faults import DATA_FAULTS, spoil
from sandbox.state import Sandbox
from sandbox.vendors import google_ads, hubspot, mailchimp
from sandbox.vendors.google_ads import GoogleAds
from sandbox.vendors.hubspot import HubSpot
from sandbox.vendors.mailchimp import Mailchimp
from sandbox.vendors.vendor import Refusal, Vendor
from sandbox.world import World

SECRET = re.compile("token|key|secret|password|auth", re.IGNORECASE)
GATEWAY_PAGE = (
    "<html><head><title>Service unavailable</title></head><body>Please try again later.</body></html>"
)


class Answer:
    """A whole response of a vendor's application, held back so that faults can be worked into it."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    async def take(self, message: Message) -> None:
        """Receive a message from the application."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.body += message.get("body", b"")

    async def give(self, send: Send, body: bytes, length: int | None = None) -> None:
        """Send the response with this body; another length promises bytes that never come."""
        headers = [(name, value) for name, value in self.headers if name.lower() != b"content-length"]
        promised = len(body) if length is None else length
        headers.append((b"content-length", str(promised).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": promised > len(body)})


class Observed:
    """A vendor with its request log and its faults."""

    def __init__(self, vendor: Vendor, sandbox: Sandbox) -> None:
        self.vendor = vendor
        self.sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, well or as the faults that are on say."""
        request = Request(scope, receive)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        faults = self.sandbox.faults.meeting(self.vendor.name, path)
        scope["faults"] = faults
        body = await request.body()
        answer = Answer()
        app = self.instead(request, faults) or self.vendor.app
        await app(scope, replay(body), answer.take)
        self.record(request, path, body, answer.status, sorted(faults))
        content = self.spoiled(answer, faults)
        if "drop_connection_mid_body" in faults:
            await answer.give(send, content[: len(content) // 2], len(content))
        elif "truncated_json" in faults:
            await answer.give(send, content[: len(content) // 2])
        else:
            await answer.give(send, content)

    def instead(self, request: Request, faults: dict[str, dict[str, Any]]) -> Response | None:
        """What answers in the vendor's place."""
        if "rate_limited" in faults:
            return self.vendor.refuse(request, Refusal("rate_limited", **faults["rate_limited"]))
        if "server_error" in faults:
            return self.vendor.refuse(request, Refusal("server_error", **faults["server_error"]))
        if "html_200" in faults:
            return HTMLResponse(GATEWAY_PAGE)
        return None

    def spoiled(self, answer: Answer, faults: dict[str, dict[str, Any]]) -> bytes:
        """The body with the data faults worked in; errors stay as they are."""
        if answer.status >= 400 or "html_200" in faults or not DATA_FAULTS.keys() & faults:
            return answer.body
        body = json.loads(answer.body)
        spoil(self.vendor.rows(body), faults)
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    def record(self, request: Request, path: str, body: bytes, status: int, faults: list[str]) -> None:
        """Log the request without its credentials: no headers, no forms, no secret parameters."""
        is_json = request.headers.get("content-type", "").startswith("application/json")
        given = request.query_params.multi_items()
        self.sandbox.log.append({
            "vendor": self.vendor.name,
            "method": request.method,
            "path": path,
            "query": {name: "***" if SECRET.search(name) else value for name, value in given},
            "body": body.decode(errors="replace") if is_json else None,
            "status": status,
            "faults": faults,
        })  # fmt: skip


def replay(body: bytes) -> Receive:
    """A receiver that delivers a body which was read already."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def create_app(sandbox: Sandbox) -> Starlette:
    """The vendors under their names, and the control plane."""
    vendors = [HubSpot(sandbox).vendor(), GoogleAds(sandbox).vendor(), Mailchimp(sandbox).vendor()]
    mounts = [Mount(f"/{vendor.name}", app=Observed(vendor, sandbox)) for vendor in vendors]
    return Starlette(routes=[*mounts, Mount("/control", routes=Control(sandbox).routes())])


def environment(base_url: str, world: World) -> dict[str, str]:
    """The variables by which the pipeline finds the make-believe vendors."""
    return {
        "SOURCES__HUBSPOT__ACCESS_TOKEN": hubspot.ACCESS_TOKEN,
        "SOURCES__HUBSPOT__BASE_URL": f"{base_url}/hubspot",
        "SOURCES__GOOGLE_ADS__BASE_URL": f"{base_url}/google_ads",
        "SOURCES__GOOGLE_ADS__TOKEN_URL": f"{base_url}/google_ads/token",
        "SOURCES__GOOGLE_ADS__CLIENT_ID": google_ads.CLIENT_ID,
        "SOURCES__GOOGLE_ADS__CLIENT_SECRET": google_ads.CLIENT_SECRET,
        "SOURCES__GOOGLE_ADS__REFRESH_TOKEN": google_ads.REFRESH_TOKEN,
        "SOURCES__GOOGLE_ADS__DEVELOPER_TOKEN": google_ads.DEVELOPER_TOKEN,
        "SOURCES__GOOGLE_ADS__CUSTOMER_IDS": json.dumps(world["ad_accounts"]["customer_id"].to_pylist()),
        "SOURCES__MAILCHIMP__API_KEY": mailchimp.API_KEY,
        "SOURCES__MAILCHIMP__BASE_URL": f"{base_url}/mailchimp",
    }


def write_whole(path: Path, text: str) -> None:
    """Write a file so that whoever waits for it never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text)
    partial.replace(path)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def serve(
    sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0,
    port_file: Path | None = None, env_file: Path | None = None,
) -> None:  # fmt: skip
    """Answer until SIGTERM or SIGINT; the address is on standard output and in the files once it listens."""
    with socket.create_server((host, port), backlog=128) as listener:
        port = listener.getsockname()[1]
        base_url = f"http://{host}:{port}"
        config = uvicorn.Config(
            create_app(sandbox), log_level=logging.CRITICAL, access_log=False, timeout_graceful_shutdown=2
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _leave)
        if env_file:
            write_whole(env_file, json.dumps(environment(base_url, sandbox.world), indent=2) + "\n")
        if port_file:
            write_whole(port_file, f"{port}\n")
        sys.stdout.write(f"{base_url}\n")
        sys.stdout.flush()
        uvicorn.Server(config).run(sockets=[listener])
