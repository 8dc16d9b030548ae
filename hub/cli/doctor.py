"""`hub doctor`."""

from typing import TYPE_CHECKING

import typer

from hub.cli.begin import DataDir, Json, begin, run

if TYPE_CHECKING:
    from hub.workflow.doctor import Check

MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


def doctor(data_dir: DataDir = None, as_json: Json = False) -> None:
    """Check that the hub can do its work, and say what to do where it cannot.

    Python, configuration, database server and its minor release, roles, row-level security, tables, reference
    data, disk space, clock. Ends with 1 when a check fails; a warning ends with 0.
    """
    settings = begin(data_dir)
    from hub.workflow.doctor import examine

    async def work() -> "list[Check]":
        return await examine(settings)

    checks = run(work)
    if as_json:
        import orjson

        print(orjson.dumps([check._asdict() for check in checks]).decode())
    else:
        for check in checks:
            print(f"{MARKS[check.status]}  {check.name}: {check.told}")
    raise typer.Exit(1 if any(check.status == "fail" for check in checks) else 0)
