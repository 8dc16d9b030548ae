"""`hub ledger`: seal it, verify it, take its checkpoints elsewhere, and tell a person who looked."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say
from hub.cli.files import keep

if TYPE_CHECKING:
    from hub.access.chain import Checkpoint, Verifier

ledger = typer.Typer(name="ledger", help="The ledger of disclosures.", no_args_is_help=True)

Kept = Annotated[
    Path | None,
    typer.Option("--checkpoints", help="File with checkpoints that were kept elsewhere, one a line."),
]


@ledger.callback()
def _group() -> None:
    """The ledger of disclosures: who saw what of whom, when and what for."""


@ledger.command("seal")
def seal(
    every: Annotated[
        float, typer.Option(min=0, help="Go on, and seal again after so many seconds; 0: once.")
    ] = 0,
    data_dir: DataDir = None,
) -> None:
    """Seal what waits in the inbox: chain its lines and sign a checkpoint."""
    settings = begin(data_dir)
    from hub.access.sealing import ledger_keys, seal_waiting

    async def work() -> int:
        async with opened(settings) as database:
            count = await seal_waiting(database, ledger_keys(database.roles))
            while every:
                await asyncio.sleep(every)
                await database.learn_keys()
                count += await seal_waiting(database, ledger_keys(database.roles))
            return count

    say(f"hub: {run(work):,} lines sealed")


@ledger.command("verify")
def verify(kept: Kept = None, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Verify every line, seal and checkpoint; with checkpoints kept elsewhere also that nothing was cut or rewritten.

    Ends with 1 when something is not as it was.
    """
    settings = begin(data_dir)
    from hub.access.verifying import verified

    async def work() -> "Verifier":
        async with opened(settings) as database:
            return await verified(database, _read(kept))

    verifier = run(work)
    faults = [{"kind": fault.kind, "seq": fault.seq} for fault in verifier.end()]
    if as_json:
        print_json({"lines": verifier.lines, "faults": faults})
    else:
        table(("fault", "from line"), [[each["kind"], each["seq"]] for each in faults])
        say(f"hub: {verifier.lines:,} lines hold, {len(faults)} faults")
    if faults:
        raise typer.Exit(1)


@ledger.command("checkpoints")
def list_checkpoints(data_dir: DataDir = None) -> None:
    """Print the signed checkpoints, one a line: keep them where nobody who can reach this hub can change them."""
    settings = begin(data_dir)

    async def work() -> "list[Checkpoint]":
        from hub.access.sealing import checkpoints
        from hub.store.roles import Role

        async with opened(settings) as database, database.connect(Role.LEDGER) as connection:
            return await checkpoints(connection)

    for one in run(work):
        print(one.to_json())


@ledger.command("who-saw")
def who_saw(
    letter: Annotated[
        Path | None, typer.Option(help="Write it as a letter in Indonesian into this new file (.html).")
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Tell who saw a person: the NIK is read from standard input, so that it stays in no history.

    For the data-protection officer; the law gives three times 24 hours (UU 27/2022 art. 32).
    """
    settings = begin(data_dir)
    nik = sys.stdin.readline().strip()

    async def work() -> list[dict[str, Any]]:
        from hub.access.seen import who_saw_nik

        async with opened(settings) as database:
            return [
                {name: value for name, value in line.items() if name != "persons"}
                for line in await who_saw_nik(database, nik)
            ]

    rows = run(work)
    if letter:
        keep(letter, _letter(rows, settings.config_dir))
        say(f"hub: {letter} holds personal data")
        return
    if as_json:
        print_json(rows)
        return
    columns = ("at", "caller", "agreement", "purpose", "fields", "request")
    table(columns, [[row[name] for name in columns] for row in rows])


def _letter(rows: list[dict[str, Any]], config: Path) -> str:
    from hub.domain import clock
    from hub.registry.agencies import load_agencies, load_terms
    from hub.registry.rights import load_rights
    from hub.workflow.letters import seen_letter

    controller = load_rights(config).controller
    return seen_letter(rows, clock.now(), controller, load_agencies(config), load_terms(config))


def _read(kept: Path | None) -> "list[Checkpoint]":
    """The checkpoints of a file.

    Raises:
        InputError: `bad_checkpoints`.
    """
    from hub.access.chain import Checkpoint
    from hub.errors import InputError

    if kept is None:
        return []
    try:
        return [Checkpoint.from_json(line) for line in kept.read_text(encoding="utf-8").splitlines() if line]
    except ValueError:
        raise InputError(
            "bad_checkpoints", "the file holds one checkpoint a line, as `hub ledger checkpoints` prints"
        ) from None
