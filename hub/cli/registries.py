"""The simulated registries of a plan: where they lie, how they are made, and who may call them."""

import hashlib
import json
import sys
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.begin import say

if TYPE_CHECKING:
    from hub.settings import Settings
    from hub.simulator import Plan

Persons = Annotated[int, typer.Option(help="Rows of the population register in month 1.")]
Area = Annotated[str, typer.Option(help="Kemendagri code of a kabupaten or kota.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same bytes.")]
Preset = Annotated[str, typer.Option(help="Era of the planted defects: 2024 or 2019.")]
Day = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="YYYY-MM-DD",
        help="Day of month 2, else today; month 1 is a month before.",
    ),
]
Lists = Annotated[
    str,
    typer.Option(
        help="Which registries: all, or core (population, PKH, BPNT, KIP, BLT-DD), which is quicker."
    ),
]
CORE = ("dukcapil", "dukcapil_lookup", "pkh", "bpnt", "kip", "blt_dd")
"""Sources of the registries that are always made up."""
Truth = Annotated[
    Path | None,
    typer.Option(help="File that gets the true person of each emitted row, for evaluation."),
]


@dataclass(frozen=True)
class Generated:
    """What a generation left.

    Args:
        directory: Where the registries lie.
        reused: Whether they were there already.
        rows: Rows by source and month; empty when reused.
        seconds: The generation took.
    """

    directory: Path
    reused: bool
    rows: dict[str, dict[int, int]]
    seconds: float


def plan_of(
    persons: int, area: str, seed: int, preset: str, day: date, lists: tuple[str, ...] = ()
) -> "Plan":
    """The plan whose second month is read on a day, or on the last day of shorter months.

    Args:
        persons: Rows of the population register.
        area: Code of the kabupaten or kota.
        seed: Of the made-up people.
        preset: Era of the defects.
        day: Of the second month.
        lists: Further lists to write; see `lists_of`.

    Raises:
        InputError: A value is out of range.
    """
    from hub.simulator import Plan

    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    base = date(year, month, min(day.day, monthrange(year, month)[1]))
    return Plan(seed=seed, area=area, persons=persons, preset=preset, base_date=base, lists=lists)


def lists_of(given: str) -> tuple[str, ...]:
    """The further lists that `--lists` names.

    Raises:
        InputError: `bad_lists`.
    """
    from hub.errors import InputError
    from hub.simulator.lists import LISTS

    if given not in ("all", "core"):
        raise InputError("bad_lists", "--lists takes all or core")
    return tuple(LISTS) if given == "all" else ()


def day_of(given: str | None) -> date:
    """The day that `--date` names, else today in WIB.

    Raises:
        InputError: `bad_date`.
    """
    from hub.domain import clock
    from hub.errors import InputError

    if given is None:
        return clock.today()
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise InputError("bad_date", "--date takes a day as YYYY-MM-DD") from None
    if day > clock.today():
        raise InputError("bad_date", "--date may not lie in the future: the hub cannot know what comes")
    return day


def directory_of(settings: "Settings", plan: "Plan") -> Path:
    """Where the registries of a plan lie: `<data dir>/simulator/<hash of the plan>`."""
    text = json.dumps(asdict(plan), default=str, sort_keys=True)
    return settings.data_dir / "simulator" / hashlib.sha256(text.encode()).hexdigest()[:16]


def make(settings: "Settings", plan: "Plan", truth: Path | None) -> Generated:
    """Generates a plan, or takes what an earlier call generated; a truth file is only ever written anew.

    Raises:
        InputError: The plan cannot be met.
    """
    from hub.simulator import generate

    directory, started = directory_of(settings, plan), perf_counter()
    if truth is None and (directory / "manifest.json").exists():
        return Generated(directory, reused=True, rows={}, seconds=0.0)
    directory.parent.mkdir(parents=True, exist_ok=True)
    say(f"simulator: making up {plan.persons:,} persons of {plan.area}")
    with _progress() as progress:
        emitted = generate(plan, directory, truth, progress, settings.config_dir / "reference")
    return Generated(directory, reused=False, rows=emitted.counts(), seconds=perf_counter() - started)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar where stderr is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("persons")
        yield lambda done, whole: progress.update(task, completed=done, total=whole)


def with_demo_credentials(settings: "Settings") -> "Settings":
    """The settings with what the registries ask for, under the names that the sources' entries use."""
    from pydantic import SecretStr

    from hub.registry.sources import load_sources
    from hub.settings import CREDENTIAL_PREFIX
    from hub.simulator import Credentials

    demo = Credentials()
    found: dict[str, SecretStr] = {}
    for source in load_sources(settings.config_dir / "sources").values():
        auth = source.auth
        asked = (
            (auth.user_env, demo.user),
            (auth.password_env, demo.password),
            (auth.token_env, demo.api_key),
        )
        for name, value in asked:
            if name is not None:
                found[name.removeprefix(CREDENTIAL_PREFIX).lower()] = SecretStr(value)
    return settings.model_copy(update={"credentials": found})
