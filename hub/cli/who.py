"""`hub identity who`: which records are a person, linked by what, with which score, decided by whom, and when."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say
from hub.cli.clusters import identity
from hub.cli.query import answered, refuse

if TYPE_CHECKING:
    from hub.compiler.engine import Request

FIELDS = """{
    id isCurrent mergedFrom { person since }
    linkedRecords {
      linkedRecord since record { id version recordedTo source { code } }
      judgements {
        judgement method kind score evidence { key value } decidedBy since record { id } person { id }
        decisions { judging decidedBy at reason inForce }
      }
    }
  }"""
BY_ID = (
    f"query ($id: ID!, $known: DateTime) {{ node(id: $id, knownAt: $known) {{ ... on Person {FIELDS} }} }}"
)
BY_NIK = f"query ($nik: NIK!, $known: DateTime) {{ node: person(nik: $nik, knownAt: $known) {FIELDS} }}"
COLUMNS = (
    "linked record",
    "source",
    "of the person since",
    "judged",
    "by",
    "score",
    "of",
    "who",
    "judged since",
)


@identity.command("who")
def who(
    person: Annotated[
        str, typer.Argument(metavar="ID|-", help="Id of a person; - reads a NIK from standard input.")
    ] = "-",
    known_at: Annotated[
        str | None, typer.Option("--known-at", metavar="INSTANT", help="As the hub knew it then.")
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Tell which records are a person, linked by what, with which score, decided by whom, and when.

    Asks the graph, so that an id that was merged answers with the current person, and the ledger has its line.
    """
    settings = begin(data_dir)
    import orjson

    from hub.compiler.documents import InvalidDocument
    from hub.errors import InputError

    request = _asked(person, known_at)
    try:
        found = orjson.loads(run(lambda: answered(settings, request)))["node"]
    except (InvalidDocument, InputError) as error:
        refuse(error, request.language)
    if as_json:
        print_json(found)
    elif found:
        _told(found, person)
    if not found:
        say("hub: no such person is known")
        raise typer.Exit(1)


def _asked(person: str, known_at: str | None) -> "Request":
    from hub.compiler.engine import Request

    values = {"known": known_at}
    if person == "-":
        return Request(BY_NIK, values | {"nik": sys.stdin.readline().strip()}, None, "en")
    return Request(BY_ID, values | {"id": person}, None, "en")


def _told(found: dict[str, Any], asked: str) -> None:
    """A table of the records, each judgement of one a line."""
    if asked not in ("-", found["id"]):
        say(f"hub: {asked} was merged into {found['id']}")
    for each in found["mergedFrom"]:
        say(f"hub: {each['person']} was merged into this person, {each['since']}")
    rows = []
    for one in found["linkedRecords"]:
        source = (one["record"] or {}).get("source") or {}
        head = [one["linkedRecord"], source.get("code"), one["since"]]
        rows += [[*head, *_judged(judged, found["id"])] for judged in one["judgements"]] or [
            [*head, *[None] * 6]
        ]
    table(COLUMNS, rows)


def _judged(judged: dict[str, Any], person: str) -> list[Any]:
    """A judgement of a record: what, by which method, with which score, of which other record, by whom, since when."""
    other = (judged["record"] or {}).get("id")
    if (judged["person"] or {}).get("id") != person:
        other = f"{other} (another person)"
    said = [each["decidedBy"] for each in judged["decisions"]] or [judged["decidedBy"]]
    return [
        judged["judgement"],
        judged["kind"] or judged["method"],
        judged["score"],
        other,
        said,
        judged["since"],
    ]


__all__ = ["identity"]
