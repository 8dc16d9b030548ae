"""`hub audit`: the rules, what they find, and what became of it."""

import getpass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say
from hub.cli.compatibility import compatibility
from hub.cli.matrix import matrix
from hub.cli.missing import missing
from hub.cli.packs import pack, verify
from hub.cli.reporting import Area, keys_of, report

if TYPE_CHECKING:
    from hub.audit.replaying import Replayed
    from hub.audit.running import Audited, Scope
    from hub.audit.trying import Tried
    from hub.settings import Settings

audit = typer.Typer(name="audit", help="Rules, findings and cases.", no_args_is_help=True)
audit.command("compatibility")(compatibility)
audit.command("matrix")(matrix)
audit.command("missing")(missing)
audit.command("pack")(pack)
audit.command("report")(report)
audit.command("verify")(verify)

RuleCode = Annotated[str, typer.Argument(metavar="RULE", help="Code of a rule; see `hub audit rules`.")]
Rules = Annotated[list[str] | None, typer.Option("--rule", help="Only this rule; may be given again.")]
CaseNumber = Annotated[int, typer.Argument(metavar="CASE", help="Number of a case; see `hub audit cases`.")]


@audit.callback()
def _group() -> None:
    """Rules that find what a person should look at. A finding is a reason to look, never a decision."""


@audit.command("rules")
def list_rules(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the rules of config/rules: what each looks for, of which unit, since when, by which law."""
    settings = begin(data_dir)
    from hub.audit.editions import rules_of

    rules = rules_of(settings.config_dir)
    if as_json:
        print_json([rule.definition() for rule in rules.values()])
        return
    columns = ("id", "version", "kind", "unit", "severity", "since", "legal_basis", "title_id")
    table(columns, [[getattr(rule, name) for name in columns] for rule in rules.values()])


@audit.command("test")
def try_rules(
    codes: Annotated[
        list[str] | None, typer.Argument(metavar="[RULE]...", help="Rules; all when none.")
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Run the rules' own cases, in a transaction that is rolled back. Ends with 1 when one does not hold."""
    settings = begin(data_dir)
    from hub.audit.editions import rules_of
    from hub.audit.trying import try_rule

    rules = rules_of(settings.config_dir, codes or ())

    async def work() -> "dict[str, list[Tried]]":
        async with opened(settings) as database, database.connect() as connection:
            return {
                code: await try_rule(connection, settings.config_dir, rule) for code, rule in rules.items()
            }

    told = run(work)
    rows = [[code, each.name, each.wrong] for code, tried in told.items() for each in tried]
    if as_json:
        print_json([{"rule": code, "case": name, "wrong": wrong} for code, name, wrong in rows])
    else:
        table(("rule", "case", "wrong"), [[code, name, wrong or None] for code, name, wrong in rows])
    wrong = sum(1 for row in rows if row[2])
    say(f"hub: {len(rows)} cases of {len(rules)} rules, {wrong} of them wrong")
    raise typer.Exit(1 if wrong else 0)


@audit.command("diff")
def diff(
    code: RuleCode,
    before: Annotated[int, typer.Argument(metavar="V1", help="A version.")],
    after: Annotated[int, typer.Argument(metavar="V2", help="Another version.")],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show what a change of a rule would find in today's graph and what it would drop. Writes nothing."""
    settings = begin(data_dir)
    from hub.audit.comparing import Compared, compare

    async def work() -> Compared:
        async with opened(settings) as database, database.connect() as connection:
            return await compare(connection, settings, code, before, after)

    found = run(work)
    if as_json:
        print_json({"rule": found.rule, "before": before, "after": after, "outcomes": found.outcomes})
        return
    columns = ("outcome", "findings", "persons", "amount_before", "amount_after")
    table(columns, [[each[name] for name in columns] for each in found.outcomes])


@audit.command("run")
def run_audit(
    rules: Rules = None,
    area: Area = None,
    period: Annotated[
        str | None,
        typer.Option("--period", help="Only what was found of these days (2026-10, 'TW4 2026', 2026)."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Look at everybody, not only at whom the hub heard of.")
    ] = False,
    before: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--before", metavar="PROGRAM PERIOD", help="Audit a draft list before it is determined."
        ),
    ] = None,
    draft: Annotated[
        Path | None, typer.Option("--list", help="The draft list, in its producer's layout.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The list with its flags; beside it, as -temuan, when left out.")
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Run the rules, record what they find, open cases; or audit a draft list, of which nothing is recorded.

    After a sync only persons are looked at of whom the hub heard since the last run; what stands then is what a full
    run would leave. With an area or a period everybody is looked at, and only what lies in it is recorded or ended.
    """
    settings = begin(data_dir)
    from hub.audit.running import Scope

    if before is not None:
        _before(settings, before, draft, out)
        return
    _record(settings, Scope(rules or (), keys_of(area), *_days(period), full), as_json)


def _record(settings: "Settings", scope: "Scope", as_json: bool) -> None:
    """Runs the rules and tells what they found."""
    from hub.audit.running import audit as pull

    async def work() -> "Audited":
        async with opened(settings) as database:
            return await pull(database, settings, scope)

    done = run(work)
    if as_json:
        print_json(vars(done))
        return
    table(("rule", "found", "seconds"), [[code, n, done.seconds[code]] for code, n in done.found.items()])
    say(told(done))


def _before(settings: "Settings", before: tuple[str, str], draft: Path | None, out: Path | None) -> None:
    """Audits a draft list.

    Raises:
        InputError: `nothing_asked`, no list; `bad_period`, and those of `audit_draft`.
    """
    from hub.audit.drafts import Asked
    from hub.cli.drafts import audit_draft
    from hub.errors import InputError

    since, until = _days(before[1])
    if draft is None or since is None or until is None:
        raise InputError("nothing_asked", "name the draft with --list, and a period that ends")
    audit_draft(
        settings, Asked(before[0], since, until), draft, out or draft.with_stem(f"{draft.stem}-temuan")
    )


@audit.command("calendar")
def show_calendar(
    until: Annotated[
        str | None, typer.Option(help="Up to this day (YYYY-MM-DD), a year from today when left out.")
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Show which lists are determined and paid out when, from today on: an audit before is due the day before."""
    settings = begin(data_dir)
    from hub.domain import clock
    from hub.registry.calendar import later, load_calendar, occasions
    from hub.registry.programs import load_programs
    from hub.registry.sources import load_sources

    config, today = settings.config_dir, clock.today()
    programs, sources = load_programs(config / "programs"), load_sources(config / "sources")
    end = date.fromisoformat(until) if until else later(today, 12)
    rows = [
        vars(each)
        for each in occasions(load_calendar(config / "calendar.toml", programs, sources), today, end)
    ]
    if as_json:
        print_json(rows)
        return
    columns = ("opens", "program", "kind", "since", "until", "source", "legal_basis")
    table(columns, [[each[name] for name in columns] for each in rows])


def told(done: "Audited") -> str:
    """A run of the audit in one line."""
    looked = "everybody" if done.touched is None else f"{done.touched:,} persons"
    seconds = sum(done.seconds.values())
    return (
        f"hub: looked at {looked} by {len(done.found)} rules in {seconds:,.1f} s: {done.opened:,} findings opened,"
        f" {done.closed:,} closed"
    )


@audit.command("replay")
def replay_findings(
    numbers: Annotated[list[int], typer.Argument(metavar="FINDING...", help="Numbers of findings.")],
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Evaluate findings again as of the instant at which they were made. Ends with 1 when one comes out otherwise."""
    settings = begin(data_dir)
    from hub.audit.replaying import replay

    async def work() -> "list[Replayed]":
        async with opened(settings) as database, database.connect() as connection:
            return await replay(connection, numbers)

    found = run(work)
    rows = [[each.finding, each.same] for each in found]
    if as_json:
        print_json([{"finding": number, "same": same} for number, same in rows])
    else:
        table(("finding", "same"), rows)
    raise typer.Exit(0 if all(each.same for each in found) else 1)


@audit.command("cases")
def list_cases(
    rule: Annotated[str | None, typer.Option("--rule", help="Only of this rule.")] = None,
    event: Annotated[
        str | None, typer.Option("--latest", help="Only those whose latest event is this.")
    ] = None,
    area: Area = None,
    overdue: Annotated[
        int | None,
        typer.Option(min=0, help="Only open ones of which no agency has said anything for so many days."),
    ] = None,
    paying: Annotated[
        bool,
        typer.Option(
            "--paying",
            help="Only open ones that were paid on since; where two stand against each other, by both.",
        ),
    ] = False,
    most: Annotated[int, typer.Option("--limit", min=1, help="So many.")] = 20,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List cases, those with the most money at risk first. Shows no name and no number of a person."""
    settings = begin(data_dir)
    from hub.audit.cases import Wanted, listed

    wanted = Wanted(rule, event, keys_of(area), overdue, paying)

    async def work() -> list[dict[str, Any]]:
        async with opened(settings) as database:
            return await listed(database, wanted, most)

    rows = run(work)
    if as_json:
        print_json(rows)
        return
    columns = ("id", "rule", "wilayah", "opened", "latest", "since", "amount", "paying")
    table(columns, [[each[name] for name in columns] for each in rows])


@audit.command("case")
def tell_case(
    number: CaseNumber,
    event: Annotated[
        str | None,
        typer.Argument(
            help="seen, verified, registry_wrong, recovered, appealed, closed; none: show the case."
        ),
    ] = None,
    agency: Annotated[str | None, typer.Option(help="For which agency.")] = None,
    registry: Annotated[
        str | None, typer.Option(help="registry_wrong: code of the source that was wrong.")
    ] = None,
    amount: Annotated[int | None, typer.Option(help="recovered: whole rupiah.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why; appealed and closed need it.")] = None,
    actor: Annotated[
        str | None, typer.Option(help="Who says so, instead of the account of this machine.")
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Say what became of a case, or show what was said so far. What was said is never changed."""
    settings = begin(data_dir)
    from hub.audit.cases import Said, events
    from hub.audit.cases import say as tell

    async def work() -> list[dict[str, Any]]:
        async with opened(settings) as database:
            if event is not None:
                said = Said(event, actor or getpass.getuser(), agency, registry, amount, reason)
                await tell(database, number, said)
            return await events(database, number)

    rows = run(work)
    if as_json:
        print_json(rows)
        return
    columns = ("at", "event", "actor", "agency", "registry", "amount", "reason")
    table(columns, [[each[name] for name in columns] for each in rows])


def _days(period: str | None) -> tuple[date | None, date | None]:
    """First day of a period and the day after its last.

    Raises:
        InputError: `bad_period`.
    """
    from hub.domain.periods import parse_period
    from hub.errors import InputError, SkippableError

    if period is None:
        return None, None
    try:
        found = parse_period(period)
    except SkippableError:
        raise InputError("bad_period", "write the period as 2026-10, 'TW4 2026' or 2026") from None
    return found.start, found.end
