"""Quality is told against a truth: pairs by what they should be, and apart from those that nothing tells."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.errors import InputError
from hub.identity.linkage import load_model
from hub.identity.linkage.engine import opened
from hub.identity.linkage.page import page
from hub.identity.linkage.quality import against, measured, stages
from hub.settings import default_config_dir
from tests.identity.linkage.test_proposing import BORN, REGISTER, number, proposed
from tests.ingest.builders import Desk, said

MODEL = load_model(default_config_dir() / "identity" / "hub.toml")
#: mention, the hub's person, source, row, name, birth date, true person, defects.
ROWS = [
    (16, 1, "dukcapil", 1, "SUTRISNO HADI", "1980-02-07", "p1", ""),
    (32, 1, "pkh", 1, "SUTRISNO HADI", "1980-02-07", "p1", ""),
    (48, 2, "pkh", 2, "SUTRISNO HADI", "1980-02-07", "p1", "nik_unmatched|name_variant"),
    (64, 3, "pkh", 3, "SITI", None, "p2", "nik_invalid"),
    (80, 4, "dukcapil", 2, "SITI", "1990-01-01", "p2", ""),
    (96, 4, "pkh", 4, "PAINEM", "1990-01-01", "p3", ""),
]


@pytest.fixture
def engine() -> Iterator[Any]:
    with opened("200MB", 1) as connection:
        yield connection


@pytest.fixture
def told(engine: Any) -> dict[str, Any]:
    engine.execute("""
        create table mention (mention_id bigint, person_id bigint, source text, file text, row bigint, name text,
          birth_date text, nik text, no_kk text, area_key text);
        create table given (source text, month text, file text, row text, person text, defects text);
        create table link (mention_a bigint, mention_b bigint, kind text, score double);
        insert into link values (32, 48, 'probable', 0.999), (64, 80, 'probable', 0.5), (16, 64, 'doubtful', 1);
    """)
    for mention, person, source, row, name, born, truth, defects in ROWS:
        values = (mention, person, source, f"{source}.csv", row, name, born)
        engine.execute("insert into mention values (?, ?, ?, ?, ?, ?, ?, null, null, null)", list(values))
        given = (source, "1", f"{source}.csv", str(row), truth, defects)
        engine.execute("insert into given values (?, ?, ?, ?, ?, ?)", list(given))
    return measured(engine, MODEL)


def test_links_that_reach_the_threshold_count_and_others_do_not(told: dict[str, Any]) -> None:
    assert told["now"]["all"] == {
        "true_pairs": 4, "made_pairs": 2, "false_pairs": 1, "precision": 0.5, "recall": 0.25,
    }  # fmt: skip
    assert told["with_links"]["all"]["recall"] == 0.75


def test_a_name_alone_singles_nobody_out(told: dict[str, Any]) -> None:
    assert told["singled_out_mentions"] == 4
    assert told["with_links"]["singled_out"] == {
        "true_pairs": 3, "made_pairs": 3, "false_pairs": 0, "precision": 1.0, "recall": 1.0,
    }  # fmt: skip
    assert told["recall_by_defect"]["name_variant"] == {"rows": 1, "found": 1, "recall": 1.0}


async def test_the_stages_of_a_hub_and_a_labelled_sample_make_a_page(desk: Desk, tmp_path: Path) -> None:
    await desk.absorb("dukcapil", REGISTER)
    await desk.absorb(
        "pkh", [said("p", "SUTRISNO HADI", number(555), **BORN), said("q", "PAINEM", number(77))]
    )
    await proposed(desk)
    (pair,) = await desk.rows("select mention_a, mention_b from candidate where kind = 'probable'")
    sample = tmp_path / "sample.csv"
    sample.write_text(f"mention_a,mention_b,same\n{pair[0]},{pair[1]},1\n")
    counted = await stages(desk.connection)
    assert counted["mentions_by_method"] == {"founder": 6}
    assert sum(counted["match_weights"]["probable"].values()) == 1
    truth = await against(desk.connection, sample, MODEL)
    assert [truth[stage]["labelled"]["recall"] for stage in ("now", "with_links")] == [0, 1]
    shown = page({"model": "hub-1", "at": "now", "stages": counted, "truth": truth})
    assert shown.count("<svg") == 5
    assert "http" not in shown
    assert "SUTRISNO" not in shown


async def test_a_file_that_is_no_truth_is_refused(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="neither a truth"):
        await against(desk.connection, other, MODEL)
    with pytest.raises(InputError, match="there is no file"):
        await against(desk.connection, tmp_path / "none.csv", MODEL)
