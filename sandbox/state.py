"""What the make-believe vendors share: the world, the moment at which they answer, faults and the log."""

import uuid
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sandbox.faults import Faults
from sandbox.world import World

Built = TypeVar("Built")
LOG_LENGTH = 100_000


class Sandbox:
    """One running make-believe business, seen at `now`."""

    def __init__(
        self, world: World, now: datetime, search_ceiling: int = 10_000, association_page: int = 100
    ) -> None:
        self.world = world
        self.now = now.astimezone(UTC)
        self.search_ceiling = search_ceiling
        self.association_page = association_page
        self.faults = Faults()
        self.log: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)
        self._worlds: dict[datetime, World] = {}
        self._views: dict[tuple[Any, datetime], Any] = {}
        self._requests = 0

    def set_clock(self, now: datetime) -> None:
        """Move the vendors to another moment."""
        self.now = now.astimezone(UTC)
        self._worlds.clear()
        self._views.clear()

    def view(self, build: Callable[[World], Built], lag_seconds: float = 0) -> Built:
        """What `build` makes of the world now (or some seconds ago), built once a moment."""
        moment = self.now - timedelta(seconds=lag_seconds)
        if moment not in self._worlds:
            self._worlds[moment] = self.world.at(moment)
        if (build, moment) not in self._views:
            self._views[build, moment] = build(self._worlds[moment])
        return self._views[build, moment]

    def request_id(self) -> str:
        """A new id, the same in every run of the same requests."""
        self._requests += 1
        return str(uuid.uuid5(uuid.NAMESPACE_OID, str(self._requests)))
