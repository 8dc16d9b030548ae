"""What a process does that syncs and kills itself, with SIGKILL, just before its n-th statement or commit."""

import asyncio
import os
import signal
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.engine import Engine

from hub.domain import clock
from hub.settings import Settings, adopt
from hub.store.database import Database
from hub.store.roles import Roles
from hub.workflow.sync import sync


@dataclass(frozen=True)
class Order:
    """What to sync, as of which instant, and when to die.

    Args:
        admin: URL of the administrator.
        prefix: Of the roles.
        secret: Of the roles, in hex.
        name: Of the database.
        url: Of the registries.
        now: Instant of the clock.
        fuse: Number of the statement or commit before which to die; 0 for never.
        credentials: Of the sources, by name.
        sources: Which to sync; all when empty.
    """

    admin: str
    prefix: str
    secret: str
    name: str
    url: str
    now: str
    fuse: int
    credentials: dict[str, str]
    sources: tuple[str, ...]


def _light(fuse: int) -> list[int]:
    """Counts statements and commits of every engine and ends the process at the fuse."""
    counted = [0]

    def tick(*_: Any) -> None:
        counted[0] += 1
        if counted[0] == fuse:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", tick)
    event.listen(Engine, "commit", tick)
    return counted


async def _work(order: Order) -> None:
    settings = Settings(data_dir=Path(os.devnull).parent, credentials=order.credentials)
    adopt(settings)
    database = Database(make_url(order.admin), Roles(order.prefix, bytes.fromhex(order.secret)), order.name)
    with clock.pin(datetime.fromisoformat(order.now)):
        summaries = await sync(database, settings, order.sources, order.url)
    assert {summary.status for summary in summaries} == {"complete"}, summaries


def be_victim(order: Order, answer: Connection) -> None:
    """Syncs as ordered; sends how many statements and commits there were, if it lives to."""
    ticks = _light(order.fuse)
    asyncio.run(_work(order))
    answer.send(ticks[0])
