"""`hub backup` and `hub restore`."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.begin import DataDir, Json, begin, run, say

if TYPE_CHECKING:
    from hub.workflow.backup import Manifest
    from hub.workflow.restore import Restored, Revived


def backup(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="New folder to write it into.")],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Write a backup: the database and the hub's own files, encrypted, all of one instant; nothing has to stop.

    The hub's secret (HUB_SECRET, else the file `secret` of the data directory) is not in it and opens it: keep that
    secret apart from every backup.
    """
    settings = begin(data_dir)
    from hub.cli.answers import opened, print_json
    from hub.workflow.backup import back_up

    async def work() -> "Manifest":
        async with opened(settings) as database:
            return await back_up(database, settings, directory.expanduser().absolute())

    manifest = run(work)
    if as_json:
        print_json(manifest._asdict())
    say(f"hub: {sum(manifest.tables.values()):,} rows of {len(manifest.tables)} tables are in {directory}")
    say("hub: keep the hub's secret elsewhere: without it this backup opens nothing")


def restore(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `hub backup` wrote.")],
    as_it_was: Annotated[
        bool,
        typer.Option(
            "--as-it-was", help="Nothing was ended, suspended or restricted since: agreements go on."
        ),
    ] = False,
    by: Annotated[
        str | None,
        typer.Option(help="Who restores, by name of account; the account of this shell when left out."),
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Put a backup back into an empty database and data directory; nothing is ever overwritten.

    Checksums, version and secret are checked before; rows, ledger and the invariants of the graph afterwards. Where one
    of them fails, nothing stays. What was ended, suspended or restricted since the backup is not in it: agreements come
    back suspended, and keys and restrictions are told, to be decided again.
    """
    settings = begin(data_dir)
    from hub.cli.answers import print_json
    from hub.workflow.restore import restore as put_back

    async def work() -> "Restored":
        actor = by or getpass.getuser()
        return await put_back(settings, directory.expanduser().absolute(), actor, as_it_was=as_it_was)

    done = run(work)
    for fault in done.faults:
        say(f"hub: the backup brought a fault of the graph along: {fault}")
    if as_json:
        told = {"manifest": done.manifest._asdict(), "revived": done.revived._asdict()}
        print_json({**done._asdict(), **told})
    say(
        f"hub: {done.rows:,} rows and {done.files} files are back as of {done.manifest.made};"
        f" {done.lines:,} lines of the ledger hold"
    )
    _say_revived(done.manifest.made, done.revived)


def _say_revived(made: str, revived: "Revived") -> None:
    """What somebody has to look at before the hub answers again."""
    for key in revived.keys:
        say(f"hub: a key works again: {key}; `hub keys api end` ends it")
    say(
        f"hub: {revived.restrictions} restrictions withhold persons as of {made}: decide again what was decided since,"
        " before any agreement goes on"
    )
    if revived.agreements and revived.suspended:
        say(f"hub: suspended until `hub agreements resume CODE`: {', '.join(revived.agreements)}")
