"""`hub review`: pairs that may be one person, two records side by side, one key to decide."""

import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say

if TYPE_CHECKING:
    from hub.settings import Settings
    from hub.workflow.judging import Judged, Said
    from hub.workflow.reviewing import Waiting

review = typer.Typer(name="review", help="Pairs that may be one person.", invoke_without_command=True)

By = Annotated[str | None, typer.Option("--by", help="Reviewer, instead of the account of this system.")]
Reason = Annotated[str | None, typer.Option(help="Why, in a few words; no names or numbers of persons.")]
Kind = Annotated[str | None, typer.Option("--kind", help="Only of this detector.")]
Plain = Annotated[bool, typer.Option("--plain", help="Show numbers as they are, not masked.")]
KEYS = {"s": "same", "d": "different", "u": "unsure"}
AT_THE_END = "z undo the last  q quit"
ASK = f"s same  d different  u unsure  n next  {AT_THE_END}"
NUMBERS = ("nik", "no_kk")


@review.callback()
def sit(
    context: typer.Context, by: By = None, kind: Kind = None, plain: Plain = False, data_dir: DataDir = None
) -> None:
    """Look at pairs that may be one person, the likeliest first; numbers are masked.

    One key decides, and another takes the last decision back. Where both were paid something, or the register
    confirmed both, two reviewers have to say the same before two persons become one.
    """
    if context.invoked_subcommand is not None:
        return
    settings = begin(data_dir)
    passed: list[int] = []
    lines: list[tuple[int, int]] = []
    reviewer = by or getpass.getuser()
    while (found := _next(settings, passed, kind, reviewer)) is not None or lines:
        if found is not None:
            _show(found, plain)
        say(ASK if found is not None else f"nothing waits; {AT_THE_END}")
        key = _key()
        if key == "q":
            return
        if key == "z" and lines:
            line, candidate = lines.pop()
            _told(_undo(settings, line, by, None))
            passed.remove(candidate)
        elif found is not None and key in (*KEYS, "n"):
            passed.append(found.candidate)
            done = _judge(settings, found, KEYS[key], by, None) if key in KEYS else None
            lines += _told(done, found.candidate)
    say("hub: nothing waits")


@review.command("list")
def list_pairs(
    most: Annotated[int, typer.Option("--limit", min=1, max=100, help="So many, the likeliest first.")] = 30,
    kind: Kind = None,
    plain: Plain = False,
    by: By = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List the pairs that wait, the likeliest first; the ledger has a line of whom they show."""
    settings = begin(data_dir)
    from hub.workflow.reviewing import Page, waiting

    async def work() -> "list[Waiting]":
        async with opened(settings) as database:
            return await waiting(database, settings, Page(most, kind=kind), by or getpass.getuser())

    found = run(work)
    if as_json:
        print_json([each.row() | {"records": [_shown(side, plain) for side in each.sides]} for each in found])
        return
    rows = [
        [
            each.candidate,
            round(each.score, 3),
            each.kinds,
            *(_shown(side, plain).get("name") for side in each.sides),
        ]
        for each in found
    ]
    table(("candidate", "score", "kinds", "one", "other"), rows)


@review.command("judge")
def judge_pair(
    candidate: Annotated[int, typer.Argument(metavar="CANDIDATE", help="Number; see `hub review list`.")],
    judgement: Annotated[str, typer.Argument(metavar="JUDGEMENT", help="same, different, unsure.")],
    by: By = None,
    reason: Reason = None,
    data_dir: DataDir = None,
) -> None:
    """Judge one pair."""
    settings = begin(data_dir)
    from hub.workflow.reviewing import one

    async def work() -> "Waiting":
        async with opened(settings) as database:
            return await one(database, candidate)

    _told(_judge(settings, run(work), judgement, by, reason))


@review.command("records")
def judge_records(
    one: Annotated[str, typer.Argument(metavar="ONE", help="A `linkedRecord`; see `hub identity who`.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Another one.")],
    judgement: Annotated[str, typer.Argument(metavar="JUDGEMENT", help="same, different, unsure.")],
    by: By = None,
    reason: Reason = None,
    data_dir: DataDir = None,
) -> None:
    """Judge two records that no candidate names: `different` parts those that were wrongly made one person."""
    settings = begin(data_dir)
    from hub.schema.mutating import key_of
    from hub.workflow.judging import Said

    named = {"one": one, "other": other}
    pair = (key_of(named, "one", "LinkedRecord", int), key_of(named, "other", "LinkedRecord", int))
    said = Said(pair, judgement, by or getpass.getuser(), reason=reason, account=getpass.getuser())
    _told(_said(settings, said))


@review.command("undo")
def undo_judgement(
    line: Annotated[int, typer.Argument(metavar="LINE", help="Number; see `hub review log`.")],
    by: By = None,
    reason: Reason = None,
    data_dir: DataDir = None,
) -> None:
    """Take a judgement back: what stood before it stands again."""
    _told(_undo(begin(data_dir), line, by, reason))


@review.command("log")
def show_log(
    most: Annotated[int, typer.Option("--limit", min=1, help="So many, the newest first.")] = 30,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List what people judged, the newest first, by whom and when."""
    settings = begin(data_dir)
    from hub.workflow.reviewing import log

    async def work() -> list[dict[str, Any]]:
        async with opened(settings) as database:
            return await log(database, most)

    _rows(
        run(work),
        ("line", "judgement", "in_force", "at", "actor", "account", "reason", "rests_on", "undone_by"),
        as_json,
    )


@review.command("contradictions")
def show_contradictions(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List what was judged the same and stands apart, because other judgements say different."""
    settings = begin(data_dir)
    from hub.workflow.reviewing import contradictions

    async def work() -> list[dict[str, Any]]:
        async with opened(settings) as database:
            return await contradictions(database)

    _rows(run(work), ("mention_a", "mention_b", "method", "score", "actor", "since"), as_json)


def _key() -> str:
    """The next key; of a pipe its next sign that is no space, and `q` at its end."""
    if sys.stdin.isatty():
        return typer.getchar()
    while (sign := sys.stdin.read(1)).isspace():
        pass
    return sign or "q"


def _rows(rows: list[dict[str, Any]], columns: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    table(columns, [[row[name] for name in columns] for row in rows])


def _next(settings: "Settings", passed: list[int], kind: str | None, reviewer: str) -> "Waiting | None":
    from hub.workflow.reviewing import Page, waiting

    async def work() -> "list[Waiting]":
        async with opened(settings) as database:
            return await waiting(database, settings, Page(1, passed, kind), reviewer)

    return next(iter(run(work)), None)


def _judge(
    settings: "Settings", found: "Waiting", judgement: str, by: str | None, reason: str | None
) -> "Judged":
    from hub.workflow.judging import Said

    who = by or getpass.getuser()
    return _said(settings, Said(found.pair, judgement, who, reason=reason, account=getpass.getuser()))


def _said(settings: "Settings", said: "Said") -> "Judged":
    from hub.workflow.judging import judge

    async def work() -> "Judged":
        async with opened(settings) as database:
            return await judge(database, settings, said)

    return run(work)


def _undo(settings: "Settings", line: int, by: str | None, reason: str | None) -> "Judged":
    from hub.workflow.judging import By as Who
    from hub.workflow.judging import undo

    who = Who(by or getpass.getuser(), reason=reason, account=getpass.getuser())

    async def work() -> "Judged":
        async with opened(settings) as database:
            return await undo(database, settings, line, who)

    return run(work)


def _told(done: "Judged | None", candidate: int = 0) -> list[tuple[int, int]]:
    """Says what an act did; the line that it wrote with its candidate, for one's own lines alone are taken back."""
    if done is None:
        return []
    if not done.written:
        say(f"hub: line {done.line} says so already; nothing was written")
        return []
    if not done.in_force:
        say(f"hub: line {done.line}: another reviewer has to say the same")
    else:
        say(f"hub: line {done.line}: {done.moved} mentions moved, {done.persons} persons folded anew")
    return [(done.line, candidate)]


def _show(found: "Waiting", plain: bool) -> None:
    """Two records side by side, with the verdict on each field."""
    from hub.workflow.reviewing import FIELDS

    one, other = (_shown(side, plain) for side in found.sides)
    rows = [[name, one.get(name), other.get(name), found.evidence.get(name)] for name in ("source", *FIELDS)]
    say(f"candidate {found.candidate}  score {found.score:.3f}  {', '.join(found.kinds)}")
    table(("field", "one", "other", "evidence"), [row for row in rows if any(row[1:])])


def _shown(side: dict[str, Any], plain: bool) -> dict[str, Any]:
    """A record as a screen may show it: its numbers masked."""
    from hub.domain.masking import masked

    mask: Callable[[Any], Any] = (lambda value: value) if plain else masked
    return {name: mask(value) if name in NUMBERS else value for name, value in side.items()}
