"""Open data portals from their services to the graph."""

from tests.sync_builders import Hub, Registries, loaded, new_hub, village
from tests.workflow.conftest import state

__all__ = ["loaded", "village"]

COUNTED = """
    select dataset, measure, count(*), count(value), count(distinct area_key) from observation
    where upper_inf(recorded) group by 1, 2 order by 1, 2
"""


def test_published_counts_arrive_and_their_corrections_replace_them(loaded: Hub, village: Registries) -> None:
    with new_hub(loaded, village) as hub:
        first = hub.sync("ckan", "jabar", month=1)
        assert {name: (one.status, one.quarantined) for name, one in first.items()} == {
            "ckan": ("complete", 0),
            "jabar": ("complete", 0),
        }
        [families, recipients, jabar] = hub.ask(COUNTED)
        assert jabar == ("od_jumlah_penerima_bantuan_sosial", "recipients", 27 * 6, 27 * 6, 27)
        assert recipients[2] == recipients[3] == first["ckan"].stored
        assert 0 < families[3] < families[2] == recipients[2]

        before = state(hub)
        assert {one.stored for one in hub.sync("ckan", "jabar", month=1).values()} == {0}
        assert state(hub) == before

        second = hub.sync("ckan", "jabar", month=2)
        assert (second["ckan"].closed, second["jabar"].stored) == (0, 0)
        assert 0 < second["ckan"].stored < first["ckan"].stored
        assert hub.ask(COUNTED) == [families, recipients, jabar]


def test_the_extras_of_a_data_set_stand_beside_its_file(loaded: Hub, village: Registries) -> None:
    with new_hub(loaded, village) as hub:
        hub.sync("ckan", month=1)
        [(level,)] = hub.ask("select detail #>> '{dataset,extras,level_penyajian}' from source_file")
        assert level == "kecamatan"
