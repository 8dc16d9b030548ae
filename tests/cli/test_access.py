"""Agreements and the ledger by the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.access.issuer import NAME, OwnIssuer
from hub.access.tokens import believed
from hub.store.tables import graph
from tests.access.test_sealing import leave
from tests.cli.conftest import Shell
from tests.conftest import wait_for
from tests.graph_builders import Graph
from tests.registry.test_agencies import AGREEMENT
from tests.sync_builders import Hub, new_hub

Variables = dict[str, str]
NIK = "3320014101909001"


@pytest.fixture
def hub(loaded: Hub) -> Iterator[Hub]:
    with new_hub(loaded) as made:
        yield made


def test_an_agreement_goes_from_proposal_to_end(shell: Shell, hub: Hub, tmp_path: Path) -> None:
    at, path = hub.variables(), tmp_path / "pks.toml"
    path.write_text(AGREEMENT)
    assert "two others have to approve it" in shell("agreements", "propose", path, "--by", "ani", **at).stderr
    own = shell("agreements", "approve", "pks-1", "--by", "ani", **at)
    assert (own.code, "own_proposal" in own.stderr) == (1, True)
    for actor, standing in (("budi", "proposed"), ("citra", "approved")):
        assert f"is {standing}" in shell("agreements", "approve", "pks-1", "--by", actor, **at).stderr
    for verb, standing in (("suspend", "suspended"), ("resume", "approved"), ("end", "ended")):
        told = shell("agreements", verb, "pks-1", "--reason", "uji", "--by", "dewi", **at)
        assert f"is {standing}" in told.stderr
    [row] = json.loads(shell("agreements", "list", "--json", **at).stdout)
    assert (row["code"], row["standing"], row["proposer"]) == ("pks-1", "ended", "ani")
    assert row["approvers"] == ["budi", "citra"]
    assert "pks-1" in shell("agreements", "list", **at).stdout


def test_a_ledger_is_sealed_verified_and_tells_who_saw(shell: Shell, hub: Hub, tmp_path: Path) -> None:
    at, story = hub.variables(), Graph()
    person = story.person("SITI AMINAH", NIK)
    rows = [
        (table, row) for table, row in story.rows if table is graph.person_state or table.name == "person"
    ]
    wait_for(Graph(rows).store(hub.database))
    wait_for(leave(hub.database, [person], [person + 1]))
    assert "2 lines sealed" in shell("ledger", "seal", **at).stderr
    kept = tmp_path / "kept"
    kept.write_text(shell("ledger", "checkpoints", **at).stdout)
    told = json.loads(shell("ledger", "verify", "--checkpoints", kept, "--json", **at).stdout)
    assert told == {"lines": 2, "faults": []}
    [seen] = json.loads(shell("ledger", "who-saw", "--json", stdin=f"{NIK}\n", **at).stdout)
    assert (seen["caller"], seen["fields"]) == ("dinsos/sistem", ["Person.name"])
    bad = shell("ledger", "who-saw", stdin="123\n", **at)
    assert (bad.code, "bad_nik" in bad.stderr, "123" in bad.stderr) == (2, True, False)


def test_the_operator_leaves_lines_where_the_settings_say_so(shell: Shell, hub: Hub, tmp_path: Path) -> None:
    at = hub.variables()
    asked = f'{{ people(filter: {{nik: {{eq: "{NIK}"}}}}) {{ nodes {{ name }} }} }}'
    out = tmp_path / "people.ndjson"
    for said, lines in (({}, 0), ({"HUB_LEDGER": "all"}, 2)):
        assert shell("query", stdin=asked, **at, **said).code == 0
        assert shell("export", "--out", out, stdin=asked, **at, **said).code == 0
        assert f"{lines} lines sealed" in shell("ledger", "seal", **at).stderr
    assert "$s" not in out.read_text()
    seen = json.loads(shell("ledger", "who-saw", "--json", stdin=f"{NIK}\n", **at).stdout)
    assert {(line["caller"], line["operation"]) for line in seen} == {("local", seen[0]["operation"])}


def test_a_ledger_that_was_cut_fails_against_checkpoints_kept_elsewhere(
    shell: Shell, hub: Hub, tmp_path: Path
) -> None:
    at, kept = hub.variables(), tmp_path / "kept"
    wait_for(leave(hub.database, [1], [2]))
    shell("ledger", "seal", **at)
    kept.write_text(shell("ledger", "checkpoints", **at).stdout)
    wait_for(_cut(hub))
    assert shell("ledger", "verify", "--json", **at).code == 0
    told = shell("ledger", "verify", "--checkpoints", kept, "--json", **at)
    assert (told.code, json.loads(told.stdout)["faults"]) == (1, [{"kind": "cut", "seq": 2}])
    kept.write_text("not one\n")
    assert shell("ledger", "verify", "--checkpoints", kept, **at).code == 2


def test_a_token_is_issued_to_a_client_that_is_there_and_only_where_the_issuer_is_on(
    shell: Shell, hub: Hub
) -> None:
    at, asked = hub.variables(), ("token", "--agency", "dinsos-jepara", "--client")
    off = shell(*asked, "sistem-dinsos", **at)
    assert (off.code, "issuer_off" in off.stderr, off.stdout) == (1, True, "")
    on = at | {"HUB_OWN_ISSUER": "true"}
    assert shell(*asked, "nobody", **on).code == 2
    told = shell(*asked, "sistem-dinsos", "--purpose", "verivali", "--area", "33.20.07", **on)
    trust = {NAME: OwnIssuer(hub.database.roles.derive).trusted()}
    found = believed(told.stdout.strip(), trust)
    assert (found.subject, found.private["areas"], found.private["purpose"]) == (
        "sistem-dinsos",
        ["33.20.07"],
        "verivali",
    )


async def _cut(hub: Hub) -> None:
    from sqlalchemy import text

    async with hub.database.administer() as connection:
        for table in ("ledger", "ledger_checkpoint"):
            await connection.execute(text(f"delete from hub.{table} where seq = 2"))
        await connection.commit()


def test_a_key_is_changed_and_the_old_one_ends(shell: Shell, hub: Hub) -> None:
    at = hub.variables()
    assert (
        "generation 2 of tokens is believed" in shell("keys", "rotate", "tokens", "--by", "ani", **at).stderr
    )
    early = shell("keys", "retire", "tokens", "2", **at)
    assert (early.code, "key_signs" in early.stderr) == (2, True)
    rows = json.loads(shell("keys", "list", "--json", **at).stdout)
    assert [(row["generation"], row["standing"]) for row in rows if row["name"] == "tokens"] == [
        (1, "signs"),
        (2, "settles"),
    ]
    assert "settles" in shell("keys", "list", **at).stdout
    assert shell("keys", "rotate", "passwords", **at).code == 2


def test_retention_is_counted_enforced_and_told(shell: Shell, hub: Hub) -> None:
    at = hub.variables()
    dry = shell("retention", "run", "--dry-run", "--json", **at)
    assert (json.loads(dry.stdout)["raw"], "would be erased" in dry.stderr) == ({}, True)
    assert json.loads(shell("retention", "list", "--json", **at).stdout) == []
    assert "0 rows are erased" in shell("retention", "run", **at).stderr
    assert "2026-11" in shell("retention", "list", **at).stdout


def test_a_system_s_key_is_printed_once_and_ends(shell: Shell, hub: Hub) -> None:
    at, whose = hub.variables(), ("--agency", "dinsos-jepara", "--client")
    made = shell("keys", "api", "make", *whose, "sistem-dinsos", "--scope", "identity", "--by", "ani", **at)
    assert made.stdout.startswith("hubkey_")
    [row] = json.loads(shell("keys", "api", "list", "--json", **at).stdout)
    assert (row["client"], row["narrowed"], row["ended"]) == ("sistem-dinsos", {"scope": "identity"}, None)
    assert made.stdout.split("_")[2].strip() not in shell("keys", "api", "list", **at).stdout
    assert shell("keys", "api", "end", row["id"], **at).code == 0
    assert shell("keys", "api", "end", row["id"], **at).code == 2
    assert shell("keys", "api", "make", *whose, "nobody", **at).code == 2


def test_an_officer_answers_a_person(shell: Shell, hub: Hub, tmp_path: Path) -> None:
    at, story = hub.variables(), Graph()
    person = story.person("SITI AMINAH", NIK)
    story.anchored(person)
    finding = story.found(person)
    wait_for(story.store(hub.database))
    wait_for(leave(hub.database, [person]))
    case = shell("rights", "open", "restriction", stdin=f"{NIK}\nJangan dibuka\n", **at).stdout.strip()
    [row] = json.loads(shell("rights", "list", "--json", **at).stdout)
    assert (row["case"], row["kind"], row["overdue"]) == (case, "restriction", False)
    assert shell("rights", "list", "--overdue", **at).code == 0
    assert "is refused" in shell("rights", "note", case, "refused", "--note", "tidak berdasar", **at).stderr
    for name, word in (("surat.html", "SITI AMINAH"), ("data.json", "SITI AMINAH")):
        assert shell("rights", "access", "--out", tmp_path / name, stdin=f"{NIK}\n", **at).code == 0
        assert word in (tmp_path / name).read_text()
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert shell("rights", "access", "--out", tmp_path / "data.json", stdin=f"{NIK}\n", **at).code == 2
    assert shell("ledger", "who-saw", "--letter", tmp_path / "siapa.html", stdin=f"{NIK}\n", **at).code == 0
    assert "dinsos" in (tmp_path / "siapa.html").read_text()
    objection = shell(
        "rights", "open", "objection", "--finding", finding, stdin=f"{NIK}\nSaya bekerja\n", **at
    ).stdout.strip()
    assert hub.ask("select event, reason from case_event") == [("appealed", f"keberatan {objection}")]
    assert "Dinas Sosial" in shell("rights", "processing", **at).stdout
    assert json.loads(shell("rights", "processing", "--json", **at).stdout)["hours"]["access"] == 72


def test_an_officer_withholds_whoever_bears_a_number_and_lifts_it(shell: Shell, hub: Hub) -> None:
    at, story = hub.variables(), Graph()
    persons = [story.person("SITI AMINAH", NIK), story.person("TINI", NIK)]
    story.anchored(max(persons))
    wait_for(story.store(hub.database))
    why = ("--kind", "protected", "--basis", "Penetapan 12/2026")
    assert "restricted: 2 persons" in shell("rights", "restrict", *why, stdin=f"{NIK}\n", **at).stderr
    rows = json.loads(shell("rights", "restrictions", "--json", **at).stdout)
    assert [(row["kind"], row["event"]) for row in rows] == [("protected", "restricted")] * 2
    one = ("--person", rows[0]["person"])
    assert "lifted: 1 persons" in shell("rights", "lift", *why, *one, stdin=f"{NIK}\n", **at).stderr
    assert rows[1]["person"] in shell("rights", "restrictions", **at).stdout
    assert "lifted: 1 persons" in shell("rights", "lift", *why, stdin=f"{NIK}\n", **at).stderr
    again = shell("rights", "lift", *why, stdin=f"{NIK}\n", **at)
    assert (again.code, "unknown_person" in again.stderr) == (2, True)


def test_an_officer_tells_of_a_breach(shell: Shell, hub: Hub, tmp_path: Path) -> None:
    at, story = hub.variables(), Graph()
    story.anchored(1)
    wait_for(story.store(hub.database))
    wait_for(leave(hub.database, [1]))
    window = (
        "--since",
        "2000-01-01",
        "--until",
        "2100-01-01T00:00:00Z",
        "--known",
        "2026-11-28T08:00:00+07:00",
    )
    noted = shell("rights", "breach", "note", *window, "--how", "bocor", "--handling", "ditutup", **at)
    [row] = json.loads(shell("rights", "breach", "list", "--json", **at).stdout)
    assert (row["standing"], row["breach"]) == ("open", noted.stdout.strip())
    late = shell("rights", "breach", "list", "--overdue", **at)
    assert (late.code, row["breach"] in late.stdout) == (int(row["overdue"]), row["overdue"])
    for event, standing in (("told_authority", "open"), ("told_persons", "told")):
        assert f"is {standing}" in shell("rights", "breach", "say", row["breach"], event, **at).stderr
    assert shell("rights", "breach", "say", row["breach"], "closed", **at).code == 2
    assert shell("rights", "breach", "list", "--overdue", **at).code == 0
    told = shell(
        "rights", "breach", "report", noted.stdout.strip(), "--to", tmp_path / "lapor", "--json", **at
    )
    assert json.loads(told.stdout)["persons"] == 1
    assert "Pasal 46" in (tmp_path / "lapor" / "otoritas.html").read_text()
    assert len((tmp_path / "lapor" / "orang.txt").read_text().splitlines()) == 1
    assert shell("rights", "breach", "list", "--json", **at).code == 0
