"""`hub audit report`: what stands found, how often it was a false alarm, and how it compares with a truth."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run

if TYPE_CHECKING:
    from hub.audit.recall import Recalled

Area = Annotated[str | None, typer.Option("--area", help="Only this area, by Kemendagri's code (33.20.01).")]
RULE = (
    "rule", "version", "severity", "findings", "persons", "amount", "paid", "open", "closed", "decided", "wrong",
    "false_share",
)  # fmt: skip
SOURCE = ("source", "rule", "decided", "wrong", "false_share")
TRUTH = ("rule", "planted", "found", "missed", "recall", "unseen")
BEYOND = ("rule", "findings", "evidence", "sources", "faults")


def report(
    area: Area = None,
    truth: Annotated[
        Path | None,
        typer.Option(help="A file of `hub simulate --truth`: also what was planted, found, missed and why."),
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show what stands found: by rule findings, persons, rupiah at risk, cases, and the share of false alarms.

    By source and rule: decided cases in whose evidence the source stands, and in how many of them it was wrong. Against
    a truth: recall by rule, why the other faults can't be seen, and by which evidence the rest is found. Ends with 1
    where a fault is missed whose evidence is there.
    """
    settings = begin(data_dir)
    from hub.audit.editions import rules_of
    from hub.audit.recall import recalled
    from hub.audit.reporting import report as reported

    keys = keys_of(area)

    async def work() -> "tuple[dict[str, Any], list[Recalled]]":
        async with opened(settings) as database:
            told = await reported(database, keys)
            held = [] if truth is None else await recalled(database, rules_of(settings.config_dir), truth)
            return told, held

    found, held = run(work)
    if as_json:
        print_json(
            found
            if truth is None
            else found | {"truth": [vars(one) | {"recall": one.recall} for one in held]}
        )
    else:
        _show(found, held)
    raise typer.Exit(1 if any(one.missed for one in held) else 0)


def _show(found: dict[str, Any], held: "list[Recalled]") -> None:
    table(RULE, [[each[name] for name in RULE] for each in found["rules"]])
    if found["registries"]:
        print()
        table(SOURCE, [[each[name] for name in SOURCE] for each in found["registries"]])
    if held:
        print()
        table(TRUTH, [_against(one) for one in held if one.planted])
        print()
        table(BEYOND, [[one.rule, *_beyond(each)] for one in held for each in one.beyond])


def _against(one: "Recalled") -> list[object]:
    unseen = "; ".join(f"{reason} {count}" for reason, count in one.unseen.items())
    return [one.rule, one.planted, one.found, one.missed, one.recall, unseen or None]


def _beyond(each: dict[str, Any]) -> list[object]:
    return [each["findings"], each["evidence"], ", ".join(each["sources"]), ", ".join(each["faults"]) or None]


def keys_of(area: str | None) -> tuple[int, int] | None:
    """First and last key of an area.

    Raises:
        InputError: No such code.
    """
    from hub.domain.wilayah import System, key_range, parse_area

    return None if area is None else key_range(parse_area(area, System.KEMENDAGRI))
