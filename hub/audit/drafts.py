"""What the rules find of the people of a draft list, in the transaction in which it was landed to be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hub.audit.editions import edition_of, rules_of
from hub.audit.freezing import begin, freeze, hit
from hub.audit.statement import Sight
from hub.audit.touched import BEGINNING, touch_persons
from hub.registry.rules import Rule
from hub.settings import Settings
from hub.store.sql import AsyncConnection, text

# Whom a rule finds in the program and in the days of the list. What ends with the list is not there yet.
FLAGS = text(
    """
    select distinct p.person_id, f.rule
    from audit_found f cross join lateral unnest(f.person_ids) p(person_id)
    join program g on g.code = :program
    where p.person_id = any(cast(:persons as bigint[])) and (f.program_id = g.id or g.id = any(f.program_ids))
      and daterange(f.since, f.until) && daterange(cast(:since as date), cast(:until as date))
    order by 1, 2
    """
)


@dataclass(frozen=True)
class Asked:
    """The list that is looked at.

    Args:
        program: Code of the program.
        since: First day of its period.
        until: The day after its last.
    """

    program: str
    since: date
    until: date


async def flags_of(
    connection: AsyncConnection, settings: Settings, asked: Asked, persons: Sequence[int], at: datetime
) -> dict[int, list[Rule]]:
    """The rules that find each of these persons, without those that look for who is left out; writes nothing.

    Raises:
        FatalError: `config_invalid`.
    """
    rules = {code: rule for code, rule in rules_of(settings.config_dir).items() if rule.kind != "exclusion"}
    await begin(connection)
    await touch_persons(connection, list(persons), [], BEGINNING)
    for rule in rules.values():
        await hit(connection, edition_of(settings.config_dir, rule), Sight(touched=True))
    await freeze(connection, at)
    found: dict[int, list[Rule]] = {}
    for person, code in await connection.execute(FLAGS, {**vars(asked), "persons": list(persons)}):
        found.setdefault(person, []).append(rules[code])
    return found
