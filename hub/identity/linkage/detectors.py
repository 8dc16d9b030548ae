"""Detectors: each names one way in which records of one person come apart, and proposes the pairs that it finds.

They look for pairs that the model may rate low or that no block of it holds together, and say by their kind why a
reviewer sees the pair. None of them links anything. Each works on `frame` (the profiles) and leaves rows (a, b, kind)
in `found`; score and evidence are then the model's, of these two profiles.
"""

from typing import Any, Final

from hub.identity.linkage.engine import DIGITS, duckdb_api, linker_of, settings_of, verdict_of
from hub.identity.linkage.levels import verdicts
from hub.identity.linkage.model import Model
from hub.identity.linkage.persons import APART

_ALIKE = "(l.name = r.name or jaro_winkler_similarity(l.name, r.name) >= 0.88)"
_SAME_DAY = "coalesce(l.born = r.born, true)"
_PAIR = "select l.unique_id, r.unique_id from frame l join frame r on"
_HALVES = "l.number_{part} = r.number_{part} and l.number <> r.number"

#: Relations (a, b) by kind.
DETECTORS: Final[dict[str, str]] = {
    # Fifteen digits are left: a spreadsheet took the last one, or it was never typed.
    "nik_cut": f"{_PAIR} l.number_head = r.number_head and l.number <> r.number"
    f" where length(l.number) = 15 and length(r.number) = 16 and {APART} and {_ALIKE} and {_SAME_DAY}",
    # Typo twins: all but the serial agree, or all but the date, and one slip tells them apart.
    "nik_typo": " union ".join(
        f"{_PAIR} {_HALVES.format(part=part)} where {APART} and l.unique_id < r.unique_id"
        f" and damerau_levenshtein(l.number, r.number) <= 1 and {_ALIKE}"
        for part in ("born", "ends")
    ),
    # Two columns were exchanged; the profile has them back in place.
    "nik_kk_swapped": " union ".join(
        f"{_PAIR} l.{column} = r.{column} where l.exchanged and {APART} and {_ALIKE} and {_SAME_DAY}"
        for column in ("number", "kk")
    ),
    # Under one number, her husband's; she is told by his card and by her own name.
    "nik_of_spouse": f"""
        select l.unique_id, r.unique_id from frame l
        join frame h on h.number = l.number and h.kk = l.kk and h.person_id <> l.person_id and h.name <> l.name
        join frame r on r.kk = l.kk and r.name = l.name and r.number <> l.number
        where {APART} and {_SAME_DAY}
    """,
    "demographic": f"{_PAIR} l.name = r.name and l.born = r.born and l.area = r.area"
    f" where {APART} and l.unique_id < r.unique_id",
    # The same members under another card: at least two of them, by name and birth date.
    "household": f"""
        with member as (select distinct kk, name, born from frame where kk is not null and born is not null),
        moved as (
          select o.kk as one, t.kk as other from member o join member t using (name, born)
          where o.kk <> t.kk group by 1, 2 having count(*) >= 2)
        select l.unique_id, r.unique_id from moved m
        join frame l on l.kk = m.one join frame r on r.kk = m.other and r.born = l.born
        where {APART} and {_ALIKE}
    """,
    "address": f"{_PAIR} l.address = r.address and l.area = r.area and l.name_head = r.name_head"
    f" where {APART} and l.unique_id < r.unique_id and {_ALIKE} and coalesce(l.born_year = r.born_year, true)",
}


def detect(connection: Any, model: Model) -> None:
    """Makes `detected`: a, b, kind, score (0 to 1) and a verdict by comparison, for every detector.

    The model has to compare `name`, `born`, `number`, `kk`, `area` and `address`, and to be trained.
    """
    parts = [
        f"select distinct least(a, b) as a, greatest(a, b) as b, '{kind}' as kind from ({query}) f (a, b)"
        for kind, query in DETECTORS.items()
    ]
    connection.execute(f"create or replace table found as {' union all '.join(parts)}")
    connection.execute(
        "create or replace table asked as select distinct '0' as match_key, a as join_key_l, b as join_key_r from found"
    )
    api = duckdb_api(connection)
    settings = settings_of(model, link=False)
    linker = linker_of(api, ["frame"], model, settings=settings)
    linker.table_management.register_blocked_pairs_for_predict(api.register("asked"))
    scored = linker.inference.predict(warning_mode="never")
    columns = ", ".join(verdict_of(name, names) for name, names in verdicts(model).items())
    connection.execute(
        f"create or replace table detected as select f.a, f.b, f.kind,"
        f" round(s.match_probability, {DIGITS}) as score, {columns} from found f join {scored.physical_name} s"
        " on least(s.unique_id_l, s.unique_id_r) = f.a and greatest(s.unique_id_l, s.unique_id_r) = f.b"
    )
    scored.drop_table_from_database_and_remove_from_cache()
