"""Frames of any columns are linked by a model of one's own."""

import subprocess
import sys
from pathlib import Path

import pytest

from hub.errors import FatalError, InputError
from hub.identity.linkage import Model, dedupe, link, load_model
from hub.identity.linkage.model import Costs
from hub.settings import default_config_dir
from tests.identity.linkage.builders import compared, frame_of, model_of

COLUMNS = ("id", "name", "born")
LEVELS = {
    "name": {"equal": [0.9, 0.001], "slip": [0.05, 0.001], "differs": [0.01, 0.99]},
    "born": {"equal": [0.9, 0.0001], "slip": [0.05, 0.001], "differs": [0.01, 0.99]},
}
PEOPLE = (
    ("1", "SUTRISNO HADI", "1980-02-07"),
    ("2", "SUTRISNO HADI", "1980-02-08"),
    ("3", "SUTRISNO HADI", "1980-02-18"),
    ("4", "SUTARNI", "1990-05-05"),
    ("5", None, "1990-05-05"),
)


@pytest.fixture
def model() -> Model:
    """Knows its parameters, so that nothing has to be learnt."""
    told = {"model": "test-1", "prior": 0.0001, "levels": LEVELS}
    return model_of(
        compared("name", "name"), compared("born", "date"), trained=told, blocks=(("name",), ("born",))
    )


def test_what_is_linked_with_one_record_is_linked_with_all_of_its_cluster(model: Model) -> None:
    with dedupe(frame_of(*PEOPLE, columns=COLUMNS), model) as found:
        pairs = {(pair.a, pair.b): pair for pair in found.pairs()}
        assert found.links() == {("1", "2"), ("1", "3"), ("2", "3")}
    assert pairs["1", "2"].evidence == {"name": "equal", "born": "slip"}
    assert pairs["1", "2"].decision == "link"
    assert pairs["4", "5"].evidence == {"born": "equal"}
    assert 0 < pairs["4", "5"].score < 1


def test_two_frames_are_linked_across_and_never_within(model: Model, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("id,name,born\n1,Sutrisno Hadi,07-02-1980\n2,Sutrisno Hadi,07-02-1980\n")
    with link(frame_of(*PEOPLE[:1], columns=COLUMNS), other, model) as found:
        assert found.links() == {("1", "1"), ("1", "2")}


def test_a_frame_of_nobody_has_no_pairs(model: Model) -> None:
    with dedupe(frame_of(*PEOPLE[:1], columns=COLUMNS), model) as found:
        assert list(found.pairs()) == []
        assert found.links() == set()


def test_a_column_that_is_not_there_and_an_id_that_repeats_are_told(model: Model, tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match="no column born"),
        dedupe(frame_of(("1", "A"), columns=COLUMNS[:2]), model),
    ):
        pass
    with (
        pytest.raises(InputError, match="each record once"),
        dedupe(frame_of(*PEOPLE[:1] * 2, columns=COLUMNS), model),
    ):
        pass
    with pytest.raises(InputError, match="there is no file"), dedupe(tmp_path / "none.csv", model):
        pass


def test_a_model_without_parameters_learns_from_the_frame(model: Model) -> None:
    names = ["SUTRISNO", "HARTONO", "SLAMET", "WAGIMAN", "PONIMAN", "KARTINI", "LESTARI"]
    rows = [
        (
            f"{number}{copy}",
            f"{names[number % 7]} {names[number // 7 % 7]}",
            f"19{number + 10}-03-1{number % 9}",
        )
        for number in range(80)
        for copy in "ab"
    ]
    untrained = model.model_copy(update={"trained": None})
    with dedupe(frame_of(*rows, columns=COLUMNS), untrained) as found:
        assert found.links() == {(f"{number}a", f"{number}b") for number in range(80)}
        assert set((found.model.trained or {})["levels"]) == {"name", "born"}


@pytest.mark.parametrize(
    ("costs", "link_from", "look_from"),
    [
        (Costs(false_link=1, missed_link=1), 0.5, 0.5),
        (Costs(false_link=99, missed_link=1), 0.99, 0.99),
        (Costs(false_link=200, missed_link=20, review=1), 0.995, 0.05),
        (Costs(false_link=1, missed_link=1, review=5), 0.5, 0.5),
    ],
)
def test_the_cheapest_decision_is_taken(costs: Costs, link_from: float, look_from: float) -> None:
    assert costs.link == pytest.approx(link_from)
    assert costs.look == pytest.approx(look_from)


@pytest.mark.parametrize(
    "path", sorted((default_config_dir() / "identity").glob("*.toml")), ids=lambda p: p.stem
)
def test_every_model_of_the_configuration_is_sound(path: Path) -> None:
    assert load_model(path).name == path.stem


def test_parameters_of_another_version_are_refused(tmp_path: Path) -> None:
    source = default_config_dir() / "identity" / "febrl.toml"
    (tmp_path / "febrl.toml").write_text(source.read_text())
    (tmp_path / "febrl.trained.json").write_text('{"model": "febrl-0"}')
    with pytest.raises(FatalError, match="febrl-0"):
        load_model(tmp_path / "febrl.toml")


def test_who_links_nothing_does_not_load_the_libraries() -> None:
    told = "import sys, hub.identity.linkage, hub.app; print({'duckdb', 'splink'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
