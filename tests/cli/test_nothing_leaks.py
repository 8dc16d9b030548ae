"""Nothing that a hub emits while it works bears a number or a name of a person it was told of.

What answers a question about persons is asked for on purpose (`query`, `export`, `dump`, `rights`), and no part of it.
"""

import json
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Shell
from tests.sync_builders import MONTHS, Hub, Registries, new_hub

NIK = "3320014101909999"
WORDS = 2
"""Words of a name from which on it is looked for: one word alone may be a word of the language."""
WORKING = (
    ("doctor",),
    ("sync", "dukcapil", "pkh", "bpnt"),
    ("sync", "pkh", "--dry-run"),
    ("sync", "nobody"),
    ("runs", "list"),
    ("runs", "show", "1", "--json"),
    ("runs", "show", "2"),
    ("quarantine", "list"),
    ("quarantine", "list", "--json"),
    ("quarantine", "redrive", "pkh"),
    ("sources", "list"),
    ("sources", "check", "pkh"),
    ("sources", "check", "dukcapil", "--json"),
    ("worker", "status"),
    ("feedback",),
    ("retention", "run"),
    ("keys", "list"),
    ("agreements", "list"),
    ("ledger", "seal"),
    ("ledger", "verify"),
    ("runs", "revert", "3"),
)


@pytest.fixture
def hub(loaded: Hub, village: Registries) -> Iterator[Hub]:
    with new_hub(loaded, village) as made:
        yield made


def persons(hub: Hub) -> set[str]:
    """Every number and name that any source told of, landed or refused."""
    rows = hub.ask("select distinct unnest(array[nik, no_kk, name, name_raw, mother_name]) from claim_person")
    rows += hub.ask("select distinct value from claim_identifier")
    rows += hub.ask(
        "select distinct v from quarantine, jsonb_array_elements_text(payload::jsonb) v where payload like '[%'"
    )
    told = {str(value) for (value,) in rows if value}
    numbers = {value for value in told if value.isdecimal() and len(value) >= 13}
    return numbers | {
        value for value in told if len(value.split()) >= WORDS and value.replace(" ", "").isalpha()
    }


def test_no_number_and_no_name_is_in_what_a_hub_emits(
    shell: Shell, hub: Hub, village: Registries, caplog: pytest.LogCaptureFixture
) -> None:
    at = hub.variables() | {
        "HUB_REGISTRY_URL": village.server.url, "HUB_NOW": MONTHS[1].isoformat(), "HUB_LOG_LEVEL": "debug",
    }  # fmt: skip
    village.server.month(1)
    ended = [shell(*command, **at) for command in WORKING]
    asked = f'{{ person(nik: "{NIK}") {{ nothing }} z: nobody(name: "{NIK}") }}'
    ended.append(shell("query", "-", stdin=asked, **at))
    ended.append(shell("ledger", "who-saw", stdin=f"{NIK}x\n", **at))
    book = hub.ask(
        "select cast(to_jsonb(r) as text) from run r union all select cast(to_jsonb(h) as text) from source_health h"
    )
    emitted = "\n".join(
        [*(each.stdout + each.stderr for each in ended), caplog.text, *(str(line) for (line,) in book)]
    )
    looked_for = persons(hub) | {NIK}
    assert (ended[1].code, len(looked_for) > 300) == (0, True)
    assert json.loads(ended[5].stdout)["run"] == 1, "what is looked through is what was emitted"
    assert sorted(value for value in looked_for if value in emitted) == []
