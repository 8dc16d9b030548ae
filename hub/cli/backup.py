"""`hub backup` and `hub restore`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.begin import DataDir, Json, begin, run, say

if TYPE_CHECKING:
    from hub.workflow.backup import Manifest
    from hub.workflow.restore import Restored


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
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Put a backup back into an empty database and data directory; nothing is ever overwritten.

    Checksums, version and secret are checked before; rows, ledger and the invariants of the graph afterwards.
    """
    settings = begin(data_dir)
    from hub.cli.answers import print_json
    from hub.workflow.restore import restore as put_back

    async def work() -> "Restored":
        return await put_back(settings, directory.expanduser().absolute())

    done = run(work)
    for fault in done.faults:
        say(f"hub: the backup brought a fault of the graph along: {fault}")
    if as_json:
        print_json({**done._asdict(), "manifest": done.manifest._asdict()})
    say(
        f"hub: {done.rows:,} rows and {done.files} files are back as of {done.manifest.made};"
        f" {done.lines:,} lines of the ledger hold"
    )
