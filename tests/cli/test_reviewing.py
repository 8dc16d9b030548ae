"""Review by the command line: pairs side by side, numbers masked, one key to decide, and the last one taken back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store.sql import text
from tests.cli.conftest import Shell
from tests.conftest import wait_for
from tests.sync_builders import Hub, new_hub
from tests.workflow.village_list import row, village_list

CANDIDATES = """
    insert into candidate (mention_a, mention_b, kind, score, evidence, recorded)
    select min(m.mention_id), max(m.mention_id), 'demographic', 0.6 + n / 10.0, '{"name": "agrees", "nik": "other"}',
           tstzrange(now(), null)
    from generate_series(0, 1) n join (select *, ntile(2) over (order by mention_id) - 1 as half from cluster_member) m
         on m.half = n
    group by n
"""
NUMBER = "332001410190900"
PERSONS = "select count(distinct person_id) from cluster_member where upper_inf(recorded)"


@pytest.fixture
def listed(loaded: Hub, tmp_path: Path) -> Iterator[Hub]:
    """A hub of four persons and two pairs that wait."""
    with new_hub(loaded) as hub:
        village = village_list(hub, tmp_path)
        village.write([row(number) for number in range(4)])
        changed = village.under()
        changed.sync("blt_dd")

        async def propose() -> None:
            async with changed.database.connect() as connection:
                await connection.execute(text(CANDIDATES))
                await connection.commit()

        wait_for(propose())
        yield changed


def test_keys_decide_take_back_and_wait_for_a_second_reviewer(shell: Shell, listed: Hub) -> None:
    at = listed.variables()
    waits = json.loads(shell("review", "list", "--json", **at).stdout)
    assert [each["score"] for each in waits] == [0.7, 0.6]
    assert NUMBER not in json.dumps(waits)
    first = shell("review", "--by", "ani", stdin="s u q", **at)
    assert (first.code, listed.ask(PERSONS)) == (0, [(4,)])
    assert "another reviewer has to say the same" in first.stderr
    assert "agrees" in first.stdout
    assert NUMBER not in first.stdout
    second = shell("review", "--by", "budi", stdin="s z s", **at)
    assert (second.code, listed.ask(PERSONS)) == (0, [(3,)])
    log = json.loads(shell("review", "log", "--json", **at).stdout)
    assert [(each["judgement"], each["actor"], each["in_force"], bool(each["undone_by"])) for each in log] == [
        ("same", "budi", True, False), ("same", "budi", True, True),
        ("unsure", "ani", True, False), ("same", "ani", False, False),
    ]  # fmt: skip
    assert json.loads(shell("review", "list", "--json", **at).stdout) == []
    assert shell("identity", "rebuild", "--check", **at).code == 0
    assert shell("review", "undo", log[0]["line"], **at).code == 0
    assert listed.ask(PERSONS) == [(4,)]
    assert shell("review", "judge", 999, "same", **at).code == 2
    assert json.loads(shell("review", "contradictions", "--json", **at).stdout) == []
    assert shell("identity", "apply", **at).code == 0
