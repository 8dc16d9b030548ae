from hub.domain.grades import Grade
from hub.domain.reasons import TEXTS, Reason, Severity
from hub.domain.sixteen import grade_of


def test_every_reason_has_a_text_in_both_languages() -> None:
    assert set(TEXTS) == set(Reason)
    assert all(text.id and text.en and text.id != text.en for text in TEXTS.values())


def test_the_gravest_reason_decides_the_grade() -> None:
    assert grade_of(()) is Grade.WELL_FORMED
    assert grade_of((Reason.WHITESPACE, Reason.AREA_RETIRED)) is Grade.WELL_FORMED
    assert grade_of((Reason.WHITESPACE, Reason.FUTURE_BIRTH)) is Grade.DOUBTFUL
    assert grade_of((Reason.FUTURE_BIRTH, Reason.DAY)) is Grade.INVALID
    assert grade_of((Reason.BLANK,)) is Grade.MISSING
    assert Reason.DAY.severity is Severity.ERROR
    assert Reason.DAY.text.en
