"""Social problems, counts and exclusion lists from their registries to the graph."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from hub.settings import default_config_dir
from hub.simulator import Plan
from hub.workflow.summary import Summary
from tests.sync_builders import Hub, Registries, changed_config, loaded, new_hub, registries_of

__all__ = ["loaded"]

LISTS = ("pmks", "psks", "bkn", "ahu", "bpjs_wages", "village_officials", "pln", "vehicles")
#: PMKS by kecamatan in 2015, as Kab. Jepara published them; the document says 292,814 in all.
JEPARA = {
    3320010000: 34305, 3320020000: 25479, 3320030000: 9662, 3320040000: 31712, 3320050000: 24723,
    3320060000: 14553, 3320070000: 20044, 3320080000: 25736, 3320090000: 11139, 3320100000: 584,
    3320110000: 16686, 3320120000: 7729, 3320130000: 13394, 3320140000: 20721, 3320150000: 22086,
    3320160000: 14261,
}  # fmt: skip


@pytest.fixture(scope="module")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registries]:
    plan = Plan(seed=7, persons=300, lists=LISTS)
    with registries_of(plan, tmp_path_factory.mktemp("hamlet")) as registries:
        yield registries


@pytest.fixture(scope="module")
def pulled(loaded: Hub, hamlet: Registries) -> Iterator[tuple[Hub, dict[int, dict[str, Summary]]]]:
    """A hub that pulled the register and our lists in both months, with what each sync told."""
    given = {f"{name}_user": SecretStr("demo") for name in LISTS}
    given |= {f"{name}_password": SecretStr("demo-password") for name in LISTS}
    settings = loaded.settings.model_copy(update={"credentials": {**loaded.settings.credentials, **given}})
    with new_hub(Hub(loaded.database, settings), hamlet) as hub:
        names = ("dukcapil", *LISTS, "pmks_counts")
        yield hub, {month: hub.sync(*names, month=month) for month in (1, 2)}


@pytest.mark.parametrize("month", [1, 2])
def test_every_row_of_the_lists_is_accounted_for(
    pulled: tuple[Hub, dict[int, dict[str, Summary]]], hamlet: Registries, month: int
) -> None:
    told = pulled[1][month]
    for name in LISTS:
        summary, counts = told[name], hamlet.counts[name]
        assert (summary.status, summary.code) == ("complete", None)
        assert summary.rows_in == summary.stored + summary.unchanged + summary.quarantined
        earlier = counts[1] if name == "bpjs_wages" and month == 2 else 0
        assert summary.rows_in == counts[month] + earlier


def test_the_counts_of_jepara_reconcile_cell_by_cell(
    pulled: tuple[Hub, dict[int, dict[str, Summary]]],
) -> None:
    hub, _ = pulled
    found = hub.ask(
        "select area_key, value, valid::text, unit, dimensions from claim_observation where dataset = 'pmks_jepara'"
    )
    cells = {key: int(value) for key, value, _, _, dimensions in found if dimensions == {}}
    assert cells == JEPARA
    assert sum(cells.values()) == 292_814
    [total] = [(key, int(value)) for key, value, _, _, dimensions in found if dimensions == {"row": "total"}]
    assert total == (3320000000, 292_814)
    assert {(valid, unit) for _, _, valid, unit, _ in found} == {("[2015-01-01,2016-01-01)", "orang")}


def test_a_table_whose_total_is_not_its_sum_lands_nothing(loaded: Hub, tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    shutil.copytree(default_config_dir() / "tables/pmks_counts", tables)
    table = tables / "pmks_jepara_2015.csv"
    table.write_text(table.read_text().replace(",292814,", ",292815,"))
    (tmp_path / "config").mkdir()
    config = changed_config(tmp_path / "config", "pmks_counts", address=json.dumps(str(tables)))
    with new_hub(loaded) as hub:
        [told] = hub.with_config(config).sync("pmks_counts").values()
        assert (told.status, told.code, told.stored) == ("failed", "total_differs", 0)
        assert "292814, but its total says 292815" in (told.message or "")
        assert hub.ask("select count(*) from source_record") == [(0,)]


def test_flags_stand_in_the_graph_with_what_their_lists_say(
    pulled: tuple[Hub, dict[int, dict[str, Summary]]],
) -> None:
    found = pulled[0].ask(
        """
        select code, count(*), count(*) filter (where detail is not null and lower(valid) is not null)
        from status where scheme = 'flag' and upper_inf(recorded) group by code order by code
        """
    )
    flags = {code: (rows, whole) for code, rows, whole in found}
    assert set(flags) == {
        "APARAT_DESA", "ASN_TNI_POLRI", "KENDARAAN_RODA_4", "LISTRIK_NONSUBSIDI", "PEMILIK_USAHA_AHU",
    }  # fmt: skip
    assert all(rows == whole > 0 for rows, whole in flags.values())


def test_a_wage_is_told_and_judged_by_nobody(pulled: tuple[Hub, dict[int, dict[str, Summary]]]) -> None:
    [(rows, whole, judged)] = pulled[0].ask(
        """
        select count(*) filter (where scheme = 'upah'),
               count(*) filter (where scheme = 'upah' and (detail->>'upah')::bigint > 0),
               count(*) filter (where code = 'UPAH_DI_ATAS_UMK')
        from status where upper_inf(recorded)
        """
    )
    assert rows == whole > 0
    assert judged == 0


def test_a_group_of_which_nobody_is_named_stands_without_a_person(
    pulled: tuple[Hub, dict[int, dict[str, Summary]]],
) -> None:
    found = pulled[0].ask(
        "select kind, count(*) from claim_group where person_id is null group by kind order by kind"
    )
    assert dict(found) == {"pmks_21": 3, "pmks_26": 1}


def test_every_pmks_status_bears_the_list_and_code_that_it_came_from(
    pulled: tuple[Hub, dict[int, dict[str, Summary]]],
) -> None:
    [(rows, whole)] = pulled[0].ask(
        """
        select count(*), count(*) filter (where detail->>'list' = 'buleleng_portal'
            and detail->>'code' = 'PMKS-' || lpad(code, 2, '0') and detail->>'relation' = 'exact')
        from status where scheme = 'pmks' and upper_inf(recorded)
        """
    )
    assert rows == whole > 0
