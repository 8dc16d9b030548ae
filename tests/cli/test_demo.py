"""The whole way once, as a script walks it: registries over HTTP, two months, graph, dump, queries."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.cli.demo import QUERIES
from hub.store.embedded import EmbeddedServer
from tests.cli.conftest import Shell
from tests.cli.running import hub

PERSONS = 250
OPTIONS = ("--once", "--json", "--persons", str(PERSONS), "--seed", "11", "--lists", "core")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A data directory that does not exist yet, in a folder the account of the database can walk through."""
    folder = Path(tempfile.mkdtemp(prefix="hub-demo-"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    yield folder / "var"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def first(home: Path) -> Iterator[Any]:
    """What the first demo answered; its database stays up for the tests."""
    done = hub("demo", *OPTIONS, "--data-dir", home, "--truth", home.parent / "truth.csv")
    assert done.returncode == 0, done.stderr
    with EmbeddedServer(home):
        yield json.loads(done.stdout)


def test_every_row_of_every_source_is_accounted_for(first: Any) -> None:
    assert len(first["syncs"]) == 2
    for counted in [first["sources"], *first["syncs"]]:
        assert {"dukcapil", "pkh", "bpnt", "kip"} <= counted.keys()
        for one in counted.values():
            assert one["in"] == one["stored"] + one["unchanged"] + one["quarantined"]
    assert first["sources"]["dukcapil"]["in"] > 2 * (PERSONS - 10)


def test_the_graph_holds_persons_with_families_programs_and_payments(first: Any) -> None:
    assert first["persons"] >= PERSONS
    assert 0 < first["families"] < first["persons"]
    assert 0 < first["households"] < first["persons"]
    assert first["payments"] >= first["enrollments"] > 0
    assert first["peak_memory_mb"] > 0
    assert {"generate", "init", "sync1", "sync2"} <= first["stages"].keys()


def test_the_truth_file_stays(first: Any, home: Path) -> None:
    del first
    assert (home.parent / "truth.csv").read_text(encoding="utf-8").startswith("source,month,file,row,person")


def test_a_demo_on_its_own_directory_goes_on_and_leaves_the_state_as_it_was(
    first: Any, home: Path, shell: Shell
) -> None:
    before = shell("dump", "--data-dir", home)
    assert before.code == 0
    assert "personal data" in before.stderr
    again = shell("demo", *OPTIONS, "--data-dir", home)
    assert again.code == 0, again.stderr
    found = json.loads(again.stdout)
    assert len(found["syncs"]) == 1
    assert {name: one["stored"] for name, one in found["sources"].items() if one["stored"]} == {}
    assert found["persons"] == first["persons"]
    assert shell("dump", "--data-dir", home).stdout == before.stdout


def test_a_demo_of_other_people_does_not_mix_with_these(first: Any, home: Path, shell: Shell) -> None:
    del first
    done = shell("demo", "--once", "--persons", "900", "--data-dir", home)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith("hub: other_demo: ")


def test_the_doctor_finds_nothing_and_the_sources_are_fresh(first: Any, home: Path, shell: Shell) -> None:
    del first
    examined = shell("doctor", "--json", "--data-dir", home)
    assert examined.code == 0, examined.stdout
    listed = json.loads(shell("sources", "list", "--json", "--data-dir", home).stdout)
    assert {source["name"] for source in listed if source["fresh"]} >= {"dukcapil", "pkh", "bpnt", "kip"}


def test_the_ready_queries_answer(first: Any, home: Path, shell: Shell) -> None:
    del first
    pick = "{ people(first: 300) { nodes { nik kk payments { amount } } } }"
    people = json.loads(shell("query", "--data-dir", home, stdin=pick).stdout)["data"]["people"]["nodes"]
    shown = next(one for one in people if one["nik"] and one["kk"] and one["payments"])
    words = QUERIES.format(url="", nik=shown["nik"], kk=shown["kk"])
    queries = re.findall(r"(?ms)^\{\n(.*?)^\}\n", words)
    assert len(queries) == 3
    done = shell("query", "--data-dir", home, stdin="{" + "".join(queries) + "}")
    assert done.code == 0, done.stdout
    answer = json.loads(done.stdout)["data"]
    assert answer["person"]["enrollments"]
    assert answer["familyCard"]["members"]
    assert answer["excludingPrograms"]["totalCount"] >= 0


def test_a_query_that_cannot_run_ends_with_2_and_says_why_in_json(
    first: Any, home: Path, shell: Shell
) -> None:
    del first
    done = shell("query", "--data-dir", home, stdin="{ nothing }")
    assert done.code == 2
    assert "nothing" in json.loads(done.stdout)["errors"][0]["message"]


def test_an_export_is_a_file_of_the_owner_s_with_every_entry(
    first: Any, home: Path, shell: Shell, tmp_path: Path
) -> None:
    del first
    out = tmp_path / "people.csv"
    every = "{ people { nodes { nik name } } }"
    done = shell("export", "--out", out, "--data-dir", home, stdin=every)
    assert (done.code, len(done.stdout.split())) == (0, 1)
    counted = shell("query", "--data-dir", home, stdin="{ people { totalCount } }").stdout
    lines = out.read_text().splitlines()
    assert len(lines) == 1 + json.loads(counted)["data"]["people"]["totalCount"]
    assert (lines[0], out.stat().st_mode & 0o777) == ('"nik","name"', 0o600)
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]
    later = shell("export", "--since", done.stdout.strip(), "--out", out, "--data-dir", home, stdin=every)
    assert (later.code, out.read_text()) == (0, '"__change","__id","nik","name"\n')
    refused = shell("export", "--out", out, "--data-dir", home, stdin="{ programs { code } }")
    assert refused.code == 2
    assert json.loads(refused.stdout)["errors"][0]["extensions"]["reason"] == "not_an_export"


def test_explain_shows_the_one_statement_and_its_plan(first: Any, home: Path, shell: Shell) -> None:
    del first
    done = shell("query", "--explain", "--json", "--data-dir", home, stdin="{ programs { code } }")
    told = json.loads(done.stdout)
    assert done.code == 0
    assert "hub.enter($1" in told["sql"]
    assert told["plan"][0]["Plan"]


def test_a_sync_without_credentials_fails_in_its_summary_and_names_the_variable(
    first: Any, home: Path, shell: Shell
) -> None:
    del first
    done = shell("sync", "pkh", "--json", "--data-dir", home)
    assert done.code == 1
    summary = json.loads(done.stdout)[0]
    assert (summary["status"], summary["code"], summary["in"]) == ("failed", "credential_missing", 0)
    assert "HUB_CREDENTIAL_PKH_USER" in summary["message"]
