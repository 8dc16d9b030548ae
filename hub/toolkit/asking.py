"""The ways of asking the Dukcapil retrieval service: by NIK, and by No KK for a whole family.

Source: ten public clients of `CALL_NIK` (field guide 2.1, 2026-11-21; no official document was found). Of the call
by No KK only the name is known: its body is an inference (I), and the entry's options say otherwise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hub.registry.sources import SourceConfig

#: A NIK, a No KK, or values by field.
Question = str | Mapping[str, Any]
Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asking:
    """One way of asking.

    Args:
        call: Last part of the path.
        body: What is sent for a question, beside who asks.
        kept: An object of the answer as it is kept, with what was asked where the record needs it.
        name: Field that a refused question is told under.
        verdict: Field that makes an object an answer, whatever its RESPON says; None where a RESPON is an error.
    """

    call: str
    body: Callable[[Question], Content]
    kept: Callable[[Question, Content], Content]
    name: str = "NIK"
    verdict: str | None = None


def by_nik(source: SourceConfig) -> Asking:
    """Retrieval of one person; the NIK asked stands in for one that the agreement leaves out."""
    del source
    return Asking(
        "CALL_NIK",
        lambda nik: {"NIK": nik},
        lambda nik, content: content if content.get("NIK") else {**content, "NIK": nik},
    )


def by_kk(source: SourceConfig) -> Asking:
    """Retrieval of a family: option `call` names the path, option `parameter` the field of the body."""
    parameter = str(source.options.get("parameter", "NO_KK"))
    return Asking(
        str(source.options.get("call", "CALL_NIK_GET_KK")),
        lambda number: {parameter: number},
        lambda number, content: {**content, "KK_DITANYA": number},
        "KK_DITANYA",
    )
