import numpy as np
import pytest

from hub.errors import InputError
from hub.simulator.defects import RATES, base_rates, desa_rates, file_damage
from hub.simulator.payrolls import scientific
from hub.simulator.plan import Plan
from tests.simulator.conftest import Generated

LISTS = ("pkh", "bpnt")


@pytest.mark.parametrize(
    "kind", ["nik_invalid", "nik_unmatched", "kk_invalid", "name_variant", "kk_old", "area_old"]
)
@pytest.mark.parametrize("preset", ["2019", "2024"])
def test_defects_come_near_their_published_rates(
    kind: str, preset: str, request: pytest.FixtureRequest
) -> None:
    made: Generated = request.getfixturevalue("town" if preset == "2024" else "old_town")
    found = sum(made.kinds(source).get(kind, 0) for source in LISTS)
    rows = sum(made.emitted.rows(source, 1) for source in LISTS)
    rate = RATES[preset][kind]
    assert rate / 2.5 < found / rows < rate * 2.5 + 0.004


def test_defects_cluster_by_desa() -> None:
    drawn = [desa_rates("2019", np.random.default_rng(seed))["nik_unmatched"] for seed in range(200)]
    assert 0.40 < float(np.mean(drawn)) < 0.50
    assert float(np.std(drawn)) > 0.05


def test_one_file_of_each_source_is_always_damaged() -> None:
    plan = Plan(seed=3)
    for source in LISTS:
        assert any(file_damage(plan, source, position, 16) for position in range(16))


def test_scientific_notation_loses_all_but_six_digits() -> None:
    assert scientific("3320011705909123") == "3,32001E+15"


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(InputError):
        base_rates("1998")
