"""`hub init`."""

from typing import TYPE_CHECKING

from hub.cli.begin import DataDir, Json, begin, run

if TYPE_CHECKING:
    from hub.workflow.initialise import Initialised


def init(data_dir: DataDir = None, as_json: Json = False) -> None:
    """Make the database ready: roles, tables, areas, code lists, programs, sources.

    Safe to run again: reference files are loaded anew only when they differ from what is loaded, tables are
    brought up to date. Without HUB_DATABASE_URL the hub runs a PostgreSQL of its own in the data directory.
    """
    settings = begin(data_dir)
    from hub.store.database import open_database
    from hub.workflow.initialise import initialise

    async def work() -> "Initialised":
        async with open_database(settings) as database:
            return await initialise(database, settings)

    made = run(work)
    if as_json:
        import orjson

        print(orjson.dumps(made, option=orjson.OPT_NON_STR_KEYS).decode())
    else:
        print("\n".join(told(made)))


def told(made: "Initialised") -> list[str]:
    """The lines of `hub init`."""
    lines = [f"tables: revision {made.revision}"]
    for part in made.parts:
        rows = ", ".join(f"{count:,} {table}" for table, count in part.tables.items())
        lines.append(f"{part.name}: {rows} ({'loaded' if part.loaded else 'unchanged'})")
    provinces, regencies, districts, villages = (made.areas[level] for level in (1, 2, 3, 4))
    lines.append(
        f"in force: {provinces} provinces, {regencies} kabupaten/kota, {districts:,} kecamatan,"
        f" {villages:,} desa/kelurahan"
    )
    return [*lines, f"sources: {made.sources}"]
