"""Money in whole rupiah, as integers; the hub knows no fraction of a rupiah and no float."""

import re

from hub.domain.reasons import Reason
from hub.errors import SkippableError

_frame = re.compile(r"^(?:RP|IDR)?[. ]*(-?[0-9][0-9.,]*?)(?:,-)?$")
_forms = (
    re.compile(r"^(?P<whole>-?[0-9]+)(?:[.,]0{1,2})?$"),
    re.compile(r"^(?P<whole>-?[0-9]{1,3}(?:[.][0-9]{3})+)(?:,0{1,2})?$"),
    re.compile(r"^(?P<whole>-?[0-9]{1,3}(?:,[0-9]{3})+)(?:[.]0{1,2})?$"),
)
#: No single amount of the hub is larger: one hundred trillion rupiah, above any budget line of a ministry.
LARGEST = 100_000_000_000_000


def parse_rupiah(value: str | float) -> int:
    """Whole rupiah from a number or a text.

    Read are `1800000`, `1.800.000`, `Rp1.800.000,00`, `Rp 1.800.000,-`, `1,800,000.00` and integral floats.
    A separator before exactly three digits groups thousands, Indonesian or English.

    Raises:
        SkippableError: AMOUNT_INVALID, no such number, a fraction of a rupiah, or beyond LARGEST.
    """
    amount = _from_text(value) if isinstance(value, str) else _from_number(value)
    if abs(amount) > LARGEST:
        raise _invalid()
    return amount


def _from_number(value: float) -> int:
    if isinstance(value, bool) or value != value or abs(value) > LARGEST or value != int(value):
        raise _invalid()
    return int(value)


def _from_text(text: str) -> int:
    framed = _frame.match(" ".join(text.upper().replace("\u00a0", " ").split()))
    if framed:
        for form in _forms:
            found = form.match(framed[1])
            if found:
                return int(re.sub("[.,]", "", found["whole"]))
    raise _invalid()


def _invalid() -> SkippableError:
    return SkippableError(Reason.AMOUNT_INVALID, "the amount is not a whole number of rupiah")
