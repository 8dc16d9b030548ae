"""Which names of one NIK are one person: the order in which they stand decides nothing."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.names import keys_agree
from hub.identity.names import Decision, NameOfNik, settle

NIK = "3320010101909001"
KEYS = ("BUDI", "BUDI SANTOSO", "SANTOSO BUDI", "BUDI HARTONO", "SITI AMINAH", "SUTARNO", "SUTARNI")
FRESH = st.lists(st.sampled_from(KEYS), unique=True, max_size=5)
KNOWN = st.dictionaries(st.sampled_from(KEYS), st.integers(1, 3), max_size=3)


def _names(fresh: list[str], known: dict[str, int]) -> list[NameOfNik]:
    stand = [NameOfNik(NIK, key, person, known=True) for key, person in known.items()]
    return stand + [NameOfNik(NIK, key, None, known=False) for key in fresh if key not in known]


def test_a_name_joins_the_one_known_person_it_agrees_with() -> None:
    assert settle(_names(["BUDI"], {"BUDI SANTOSO": 1, "SITI AMINAH": 2})) == [Decision(NIK, "BUDI", 1, None)]


def test_a_name_that_agrees_with_two_leading_names_stays_alone() -> None:
    assert settle(_names(["BUDI", "BUDI SANTOSO", "BUDI HARTONO"], {})) == []


@given(fresh=FRESH, known=KNOWN, shuffled=st.data())
def test_the_order_of_names_decides_nothing(
    fresh: list[str], known: dict[str, int], shuffled: st.DataObject
) -> None:
    names = _names(fresh, known)
    assert set(settle(shuffled.draw(st.permutations(names)))) == set(settle(names))


@given(fresh=FRESH, known=KNOWN)
def test_no_name_joins_one_that_it_does_not_agree_with(fresh: list[str], known: dict[str, int]) -> None:
    for decision in settle(_names(fresh, known)):
        joined = [key for key, person in known.items() if person == decision.person_id] + [
            decision.leader or ""
        ]
        assert any(keys_agree(decision.name_key, key) for key in joined)
