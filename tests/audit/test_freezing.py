"""Evidence that is frozen at once is what each rule says of its hits alone."""

import json

from hub.audit.editions import edition_of, rules_of
from hub.audit.statement import FOUND, Sight
from tests.audit.builders import audited
from tests.sync_builders import Hub

FROZEN = f"select {', '.join(FOUND)} from finding where upper_inf(recorded) and rule = :rule"
AT = "select at from audit_run order by id desc limit 1"


def differing(hub: Hub, code: str) -> list[tuple[object, ...]]:
    """What stands found of a rule and its own statement does not say, and the other way round."""
    config = hub.settings.config_dir
    edition = edition_of(config, rules_of(config, [code])[code])
    alone = f"select {', '.join(FOUND)} from ({Sight().fill(edition.template, edition.parameters)}) s"
    return hub.ask(
        f"(({alone}) except all ({FROZEN})) union all (({FROZEN}) except all ({alone}))",
        rule=code,
        at=hub.ask(AT)[0][0],
        parameters=json.dumps(dict(edition.parameters)),
    )


def test_what_is_frozen_at_once_is_what_each_rule_says_of_its_hits(watched: Hub) -> None:
    watched.change("truncate hub.finding, hub.audit_case, hub.case_event, hub.audit_run")
    audited(watched, full=True)
    codes = [row[0] for row in watched.ask("select distinct rule from finding where upper_inf(recorded)")]
    assert len(codes) > 8
    assert {code: differ for code in codes if (differ := differing(watched, code))} == {}
