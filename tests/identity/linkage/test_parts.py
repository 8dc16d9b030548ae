"""What a column becomes before it is compared: the SQL says what the domain's own functions say."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.names import match_key
from hub.identity.linkage.engine import opened, prepare
from tests.identity.linkage.builders import compared, frame_of, model_of

NAMES = [
    "H. Muh. Rizki, S.Pd",
    "MOCHAMMAD  RIZQI",
    "Abd. Rachman bin Soleh",
    "Noer Hajati",
    "Djoko Tjahjono",
    "SYAIFUL / IPUL",
    "Siti’ Aminah",
    "NY. SUTRISNO",
    "\u00a0Sukarno\u2003Putra ",
    "HJ",
    "S.E",
    "-",
    "",
    "Élodie Ibrāhīm",
]


def keys(engine: Any, names: list[str]) -> dict[str, str | None]:
    rows = [(str(number), name, "L") for number, name in enumerate(names)]
    model = model_of(compared("name", "name"), compared("sex", "code"))
    (table,) = prepare(engine, model, [frame_of(*rows, columns=("id", "name", "sex"))])
    found = engine.execute(f"select unique_id, name_spaced from {table}").fetchall()
    return {names[int(number)]: key for number, key in found}


def test_a_name_gets_the_key_of_the_domain(engine: Any) -> None:
    found = keys(engine, NAMES)
    assert {name: found[name] or "" for name in NAMES} == {name: match_key(name) for name in NAMES}


letters = st.sampled_from(
    [*"ABDEHIJKMNOSTUY", "DJ", "OE", "SY", " ", ". ", "'", "/", "M.", "BIN ", "\u00a0", "é"]
)


@settings(max_examples=2, deadline=None)
@given(st.lists(st.lists(letters, max_size=12).map("".join), min_size=40, max_size=40, unique=True))
def test_any_text_gets_the_key_of_the_domain(names: list[str]) -> None:
    with opened("200MB", 1) as engine:
        found = keys(engine, names)
    assert {name: key or "" for name, key in found.items()} == {name: match_key(name) for name in names}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1980-02-07", "19800207"),
        ("07-02-1980", "19800207"),
        ("07/02/1980", "19800207"),
        ("19801307", "19801307"),
        ("1980", None),
        ("", None),
        ("not known", None),
    ],
)
def test_a_date_becomes_eight_digits_and_an_impossible_one_keeps_its_own(
    engine: Any, written: str, kept: str | None
) -> None:
    model = model_of(compared("born", "date"), compared("sex", "code"))
    (table,) = prepare(engine, model, [frame_of(("1", written, "L"), columns=("id", "born", "sex"))])
    assert engine.execute(f"select born from {table}").fetchall() == [(kept,)]
