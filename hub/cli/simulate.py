"""`hub simulate`."""

from typing import Annotated

import typer

from hub.cli.begin import DataDir, Json, begin, say
from hub.cli.registries import Area, Day, Lists, Persons, Preset, Seed, Truth, day_of, lists_of, make, plan_of


def simulate(
    persons: Persons = 20_000,
    area: Area = "33.20",
    seed: Seed = 7,
    preset: Preset = "2024",
    day: Day = None,
    lists: Lists = "all",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to serve on.")] = 8090,
    host: Annotated[str, typer.Option(help="Address to serve on; loopback only.")] = "127.0.0.1",
    truth: Truth = None,
    once: Annotated[bool, typer.Option("--once", help="Generate only, do not serve.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Make up the registries of one kabupaten and serve them on loopback until Ctrl-C.

    All registries and lists of the field, or the core ones (Dukcapil dump and web service, PKH, BPNT, BLT-DD,
    KIP), with their shapes and faults, in two months; nobody in them is real. They are kept under
    HUB_DATA_DIR/simulator and used again by the same plan. Month 1 is served first: POST {"month": 2} to /_month
    to go on. User demo, password demo-password, key demo-key; see docs/simulator.md.
    """
    settings = begin(data_dir)
    from hub.simulator.running import require_loopback
    from hub.simulator.running import serve as serve_registries

    require_loopback(host)
    plan = plan_of(persons, area, seed, preset, day_of(day), lists_of(lists))
    made = make(settings, plan, truth)
    if as_json:
        _print_json(made.__dict__, port, host)
    else:
        say(f"simulator: {'reuses' if made.reused else 'made'} {made.directory}")
    if once:
        return
    say(f"simulator: serving http://{host}:{port}; Ctrl-C ends it")
    try:
        serve_registries(made.directory, port, host=host)
    except KeyboardInterrupt:
        say("simulator: ended")


def _print_json(made: dict[str, object], port: int, host: str) -> None:
    import orjson

    from hub.cli.memory import children_peak_mb, own_peak_mb

    told = {
        **made,
        "directory": str(made["directory"]),
        "url": f"http://{host}:{port}",
        "peak_memory_mb": max(own_peak_mb(), children_peak_mb()),
    }
    print(orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS).decode(), flush=True)
