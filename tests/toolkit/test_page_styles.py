"""A listing as a whole has an end, whatever style its pages have."""

from typing import Any

import pytest

from hub.errors import FatalError
from hub.toolkit import page_styles
from hub.toolkit.connector import Listing
from hub.toolkit.page_styles import Book, Place

STYLES = {
    "page": Listing("/list", last=""),
    "offset": Listing("/list", last="", style="offset"),
    "cursor": Listing("/list", total="", last="", style="cursor"),
    "link": Listing("/list", total="", last="", style="link"),
    "resuming": Listing("/list", total="", last="", style="cursor", resumes=True),
}


def leafed(listing: Listing, pages: int, total: str = "1000", most_bytes: int = 1_000) -> int:
    """Leafs through so many pages of one row, of which each leads on; returns how many were turned."""
    book = Book(listing, ("list", "rows"), size=1, most_bytes=most_bytes)
    place: Place | None = book.first()
    for number in range(pages):
        assert place is not None
        answer: dict[str, Any] = {"rows": [{"a": str(number)}], "total": total, "next": f"t{number}"}
        sheet = book.read(answer, {"next": {"url": f"/list?t={number}"}}, place)
        place = book.turn(sheet, place)
    return pages


@pytest.mark.parametrize("style", ["page", "offset", "cursor", "link"])
def test_a_listing_that_goes_on_for_ever_is_left(style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_styles, "MOST_PAGES", 10)
    assert leafed(STYLES[style], 10) == 10
    with pytest.raises(FatalError) as caught:
        leafed(STYLES[style], 11)
    assert caught.value.code == "listing_too_long"


@pytest.mark.parametrize("style", ["page", "offset", "cursor", "link"])
def test_the_bytes_of_a_listing_are_bounded_as_a_whole(style: str) -> None:
    with pytest.raises(FatalError, match=r"limits\.max_bytes") as caught:
        leafed(STYLES[style], 10, most_bytes=60)
    assert caught.value.code == "listing_too_long"


def test_a_count_beyond_every_listing_is_refused_on_the_first_page() -> None:
    with pytest.raises(FatalError) as caught:
        leafed(STYLES["page"], 1, total=str(page_styles.MOST_ROWS + 1))
    assert caught.value.code == "listing_too_long"


def test_a_standing_feed_has_no_such_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_styles, "MOST_PAGES", 10)
    assert leafed(STYLES["resuming"], 50, most_bytes=60) == 50


@pytest.mark.parametrize("style", STYLES)
def test_a_glance_ends_with_the_first_page_that_has_rows(style: str) -> None:
    book = Book(STYLES[style], ("list", "rows"), size=1, glance=True)
    answer = {"rows": [{"a": "1"}], "total": "1000", "next": "t1"}
    sheet = book.read(answer, {"next": {"url": "/list?t=1"}}, book.first())
    assert book.turn(sheet, book.first()) is None
