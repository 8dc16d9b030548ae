"""`hub datasets`: what the hub publishes, and its releases."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say

if TYPE_CHECKING:
    from hub.sharing.catalog import Entry
    from hub.sharing.releasing import Released
    from hub.sharing.verifying import Fault

datasets = typer.Typer(name="datasets", help="Data sets and their releases.", no_args_is_help=True)

Names = Annotated[list[str] | None, typer.Argument(metavar="[DATASET]...", help="Data sets; all when none.")]


@datasets.callback()
def _group() -> None:
    """Data sets of config/datasets: counts that are safe to publish, released month by month, never changed after."""


@datasets.command("list")
def list_datasets(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the data sets: what each counts, its newest release, and how much Satu Data asks for is missing."""
    rows = [
        [
            one.dataset.name,
            one.dataset.protect,
            one.dataset.schedule,
            one.current.period if one.current else None,
            one.current.number if one.current else None,
            one.current.rows if one.current else None,
            one.current.suppressed if one.current else None,
            len(one.missing),
            one.dataset.title_id,
        ]
        for one in _entries(data_dir)
    ]
    columns = ("name", "protect", "schedule", "period", "release", "rows", "withheld", "missing", "title_id")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        table(columns, rows)


@datasets.command("show")
def show_dataset(
    name: Annotated[str, typer.Argument(metavar="DATASET", help="Name; see `hub datasets list`.")],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show a data set as it is declared, what Satu Data misses in it, and the files of its releases."""
    from hub.errors import InputError

    found = _entries(data_dir, name)
    if not found:
        raise InputError("unknown_dataset", f"no such data set: {name}; see `hub datasets list`")
    one = found[0]
    files = [
        [each.number, each.period, each.reason, each.path(file), file.bytes, file.sha256]
        for each in one.releases
        for file in each.files
    ]
    proved = {each.number: each.protection for each in one.releases if each.protection}
    if as_json:
        columns = ("release", "period", "reason", "path", "bytes", "sha256")
        told = [dict(zip(columns, row, strict=True)) for row in files]
        print_json({**one.dataset.definition(), "missing": one.missing, "files": told, "protection": proved})
        return
    print(
        f"{one.dataset.name}: {one.dataset.title_id} / {one.dataset.title_en}\n{one.dataset.description_en}\n"
    )
    print("missing for Satu Data: " + (", ".join(one.missing) or "nothing") + "\n")
    table(
        ("column", "role", "type", "title"),
        [[c.name, c.role, c.type, c.title_en] for c in one.dataset.columns],
    )
    print()
    table(("release", "period", "reason", "path", "bytes", "sha256"), files)
    if proved:
        print()
        names = ("first", "hidden", "narrowest")
        table(("release", *names), [[n, *(told.get(x) for x in names)] for n, told in proved.items()])


@datasets.command("release")
def release_datasets(
    names: Names = None,
    period: Annotated[
        str | None, typer.Option(help="Month (WIB), as 2026-11; this month when left out.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Correct a month that is released already, and say why.")
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Release data sets for a month: count, withhold what could point at persons, prove it, write the files.

    A data set that has a release of the month is left alone, unless a reason is given.
    """
    settings = begin(data_dir)
    from hub.sharing.releasing import Order, release

    async def work() -> "list[Released]":
        async with opened(settings) as database:
            return await release(database, settings, names or (), Order(period, reason))

    made = run(work)
    if as_json:
        print_json([vars(one) for one in made])
        return
    columns = ("dataset", "release", "period", "rows", "withheld", "narrowest", "bytes")
    table(columns, [told(one) for one in made])
    if not made:
        say("hub: nothing to release; each has its release of the month (--reason corrects it)")


@datasets.command("verify")
def verify_datasets(
    name: Annotated[str | None, typer.Argument(metavar="[DATASET]", help="Only this one.")] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Check every released file by its SHA-256 and every release by its rows. Ends with 1 when one is not as it was."""
    settings = begin(data_dir)
    from hub.sharing.contents import contents_of
    from hub.sharing.verifying import verify

    async def work() -> "tuple[int, list[Fault]]":
        async with opened(settings) as database:
            return await verify(database, contents_of(settings.data_dir), name)

    looked, faults = run(work)
    if as_json:
        print_json({"files": looked, "faults": [each._asdict() for each in faults]})
    else:
        table(("dataset", "release", "file", "trouble"), faults)
        say(f"hub: {looked:,} files looked at, {len(faults):,} faults")
    raise typer.Exit(1 if faults else 0)


def told(one: "Released") -> list[Any]:
    """A release as a line of a table."""
    narrowest = one.protection.get("narrowest")
    return [one.dataset, one.number, one.period, one.rows, one.suppressed, narrowest, sum(one.files.values())]


def _entries(data_dir: Any, name: str | None = None) -> "list[Entry]":
    settings = begin(data_dir)
    from hub.registry.datasets import load_datasets
    from hub.sharing.catalog import entries
    from hub.sharing.releasing import declare
    from hub.store.read import open_reader

    async def work() -> "list[Entry]":
        async with opened(settings) as database:
            async with database.connect() as connection:
                await declare(connection, load_datasets(settings.config_dir))
                await connection.commit()
            async with open_reader(database, 1) as reader:
                return await entries(reader, name)

    return run(work)
