"""Seconds of CPU: what a busy machine leaves alone, unlike the clock on the wall."""

import os
from collections.abc import Awaitable
from time import process_time
from typing import TypeVar

from tests.bench.place import Place
from tests.bench.rivals import PROC, of_process, postmaster

Answer = TypeVar("Answer")

_REAPED = slice(13, 15)
"""User and system time of the children that a process has outlived, behind its name in `stat`, in ticks."""


def spent(place: Place) -> float | None:
    """Seconds that this process and all processes of the server have used so far; None where nothing tells."""
    server = postmaster(place)
    if server is None:
        return None
    parts = (PROC / str(server) / "stat").read_text().rpartition(")")[2].split()
    gone = sum(map(int, parts[_REAPED])) / os.sysconf("SC_CLK_TCK")
    living = (PROC / f"{server}/task/{server}/children").read_text().split()
    return process_time() + gone + sum(of_process(int(pid)) for pid in living)


async def costing(place: Place, costs: list[float], rows: int, work: Awaitable[Answer]) -> Answer:
    """Awaits some work and notes its microseconds of CPU a row."""
    before = spent(place)
    answer = await work
    after = spent(place)
    if before is not None and after is not None:
        costs.append(1e6 * (after - before) / rows)
    return answer
