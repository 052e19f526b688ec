"""What a vendor's HTTP reply must be before anything reads it, and what is said when it isn't."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

from dlt.common.configuration import resolve_configuration
from dlt.common.configuration.specs import RuntimeConfiguration
from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.requests.retry import RetryPredicate
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import SinglePagePaginator
from dlt.sources.helpers.rest_client.typing import HTTPMethod
from requests import HTTPError, Response
from requests.auth import AuthBase

from ingestion.errors import IngestionError

Hook = Callable[..., None]
Row = dict[str, Any]
# Landing a page costs as much as landing some thousand rows, so small pages travel together.
ROWS_TOGETHER = 5_000


class VendorError(HTTPError, IngestionError):
    """A reply that can't be used. An HTTPError, because dlt's client retries 429 and 5xx by that type."""


class Replies:
    """One vendor's REST client: retried requests, each reply judged before it is read."""

    def __init__(
        self,
        vendor: str,
        base_url: str,
        *,
        auth: AuthBase | None = None,
        headers: Mapping[str, str] | None = None,
        said: Callable[[Any], str],
        advice: Mapping[int, str],
        retry_condition: RetryPredicate | None = None,
    ) -> None:
        self.vendor, self.base_url, self.said, self.advice = vendor, base_url, said, advice
        retrying = Client(raise_for_status=False, retry_condition=retry_condition)
        retrying.update_from_config(resolve_configuration(RuntimeConfiguration()))
        self.session = retrying.session
        self.client = RESTClient(
            base_url,
            headers=dict(headers or {}),
            auth=auth,
            session=self.session,
            paginator=SinglePagePaginator(),
        )

    def holding(self, key: str | None) -> Hook:
        """A response hook: the reply is JSON without an error and holds a list under `key`."""

        def judge(response: Response, *_: Any, **__: Any) -> None:
            body = self._body(response)
            if key is not None and not (isinstance(body, dict) and isinstance(body.get(key), list)):
                has = ", ".join(body) if isinstance(body, dict) else type(body).__name__
                self._refuse(
                    response, f"holds no list `{key}` (it holds: {has}); the API changed or base_url is wrong"
                )
            # The client and its paginator each call json() again: without this a page is parsed three times.
            response.json = lambda **_: body  # type: ignore[method-assign]

        return judge

    def ask(self, path: str, key: str | None = None, **request: Any) -> Any:
        """The body of one reply: GET, or POST where `json` or form `data` is given."""
        method: HTTPMethod = "POST" if request.keys() & {"json", "data"} else "GET"
        hooks = {"response": [self.holding(key)]}
        return self.client.request(path, method=method, hooks=hooks, **request).json()

    def _body(self, response: Response) -> Any:
        try:
            body = response.json()
        except ValueError:
            body = None
        if response.status_code >= 400:
            words = self.said(body).rstrip(". ") if body is not None else ""
            advice = self.advice.get(response.status_code, "")
            self._refuse(response, f"was refused with {response.status_code} {words}. {advice}".strip())
        if body is None:
            kind = response.headers.get("Content-Type", "no content type")
            self._refuse(
                response,
                f"was answered with something that isn't JSON ({kind}, {len(response.content)} bytes, "
                f"starting {response.text[:40]!r}); check base_url and any proxy in between, then run again",
            )
        return body

    def _refuse(self, response: Response, what: str) -> NoReturn:
        path = urlsplit(response.url).path
        raise VendorError(f"{self.vendor}: {response.request.method} {path} {what}", response=response)


def together(pages: Iterable[list[Row]], size: int = ROWS_TOGETHER) -> Iterator[list[Row]]:
    """Pages joined to `size` rows or more (the last: the rest); of no rows, one empty page to be counted."""
    joined: list[Row] = []
    is_owed = True
    for page in pages:
        joined += page
        if len(joined) >= size:
            yield joined
            joined, is_owed = [], False
    if joined or is_owed:
        yield joined
