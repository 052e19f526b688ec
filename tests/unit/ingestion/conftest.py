"""A vendor of scripted answers, in place of the network."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse


@dataclass
class Asked:
    """One request as the vendor saw it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:
        """The request's JSON."""
        return json.loads(self.text)

    @property
    def form(self) -> dict[str, str]:
        """The request's form fields."""
        return dict(parse_qsl(self.text))


@dataclass
class Answer:
    """One answer: JSON, unless it is text as it stands."""

    content: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def raw(self) -> bytes:
        """The answer's bytes."""
        return (self.content if isinstance(self.content, str) else json.dumps(self.content)).encode()


@dataclass
class Vendor:
    """Answers a path from its list in turn (the last one again and again), or by a function."""

    answers: dict[str, list[Any] | Callable[[Asked], Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def on(self, path: str, *answers: Any) -> None:
        """Script a path."""
        self.answers[path] = answers[0] if callable(answers[0]) else list(answers)

    def to(self, path: str) -> list[Asked]:
        """The requests that a path has had."""
        return [one for one in self.asked if one.path == path]

    def send(self, adapter: HTTPAdapter, request: PreparedRequest, **_: Any) -> Response:
        """Stand in for HTTPAdapter.send."""
        parts = urlsplit(request.url)
        text = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
        headers = {name.lower(): value for name, value in request.headers.items()}
        seen = Asked(request.method, parts.path, dict(parse_qsl(parts.query)), headers, text)
        self.asked.append(seen)
        assert parts.path in self.answers, f"nothing scripted for {parts.path}"
        scripted = self.answers[parts.path]
        given = (
            scripted(seen) if callable(scripted) else scripted.pop(0) if len(scripted) > 1 else scripted[0]
        )
        answer = given if isinstance(given, Answer) else Answer(given)
        raw = HTTPResponse(
            io.BytesIO(answer.raw),
            headers={"Content-Type": "application/json"} | answer.headers,
            status=answer.status,
            preload_content=False,
        )
        response: Response = adapter.build_response(request, raw)
        response.connection = adapter
        return response


@pytest.fixture
def answer() -> type[Answer]:
    return Answer


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Vendor:
    scripted = Vendor()
    monkeypatch.setattr(HTTPAdapter, "send", lambda adapter, request, **_: scripted.send(adapter, request))
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0")
    return scripted
