"""The rows of one JSON document, one after the other, in memory for one block of text."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from hub.errors import FatalError

_BLOCK = 1 << 20
_BLANKS = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One element of the document: its text, and its value with numbers as texts; None where it is not strict."""

    text: str
    value: Any


class JsonStream:
    """A JSON document that is read block by block.

    Args:
        text: The document.
        longest: Signs that one value may have.
        place: Source and file, for messages.
    """

    def __init__(self, text: TextIO, longest: int, place: str) -> None:
        self._text, self._longest, self._place = text, longest, place
        self._held, self._at, self._ended = "", 0, False
        self._faults = 0
        self._decoder = json.JSONDecoder(
            parse_int=str,
            parse_float=str,
            parse_constant=self._constant,
            object_pairs_hook=self._object,
        )

    def rows(self, keys: tuple[str, ...]) -> Iterator[Row]:
        """The elements of the document's array, or of the array under the first of some keys of its object.

        Raises:
            FatalError: `json_unreadable`, `file_truncated`, `rows_missing`, `row_too_long`.
            UnicodeError: The text is not in its encoding.
        """
        sign = self._peek()
        if sign == "[":
            yield from self._elements()
        elif sign == "{":
            yield from self._under(keys)
        else:
            raise self._unreadable("it is neither an array nor an object")
        if self._peek():
            raise self._unreadable("more stands after its end (one object a line is named .ndjson)")

    def _under(self, keys: tuple[str, ...]) -> Iterator[Row]:
        found = False
        for key in self._keys():
            if key in keys and not found and self._peek() == "[":
                found = True
                yield from self._elements()
            else:
                self._value()
        if not found:
            raise FatalError("rows_missing", f"{self._place} has no list of rows under {' or '.join(keys)}")

    def _keys(self) -> Iterator[str]:
        """The keys of an object; the caller reads the value after each."""
        self._take("{")
        if self._peek() == "}":
            self._take("}")
            return
        while True:
            key = self._value().value
            if not isinstance(key, str):
                raise self._unreadable("an object has a key that is no text")
            self._take(":")
            yield key
            if self._take(",}") == "}":
                return

    def _elements(self) -> Iterator[Row]:
        self._take("[")
        if self._peek() == "]":
            self._take("]")
            return
        while True:
            yield self._value()
            if self._take(",]") == "]":
                return

    def _value(self) -> Row:
        """The next value; one that does not end within its length is refused."""
        self._peek()
        while True:
            self._faults = 0
            try:
                value, end = self._decoder.raw_decode(self._held, self._at)
            except RecursionError:
                raise self._unreadable("a value is nested beyond reason") from None
            except json.JSONDecodeError:
                if self._ended:
                    raise self._cut_or_broken() from None
            else:
                if end < len(self._held) or self._ended:
                    row = Row(self._held[self._at : end], None if self._faults else value)
                    self._at = end
                    return row
            if len(self._held) - self._at > self._longest:
                raise FatalError(
                    "row_too_long", f"{self._place} has a value of more than {self._longest:,} signs"
                )
            self._more()

    def _peek(self) -> str:
        """The next sign that is not blank, or nothing at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._held):
                return self._held[self._at]
            if self._ended:
                return ""
            self._more()

    def _take(self, signs: str) -> str:
        sign = self._peek()
        if not sign:
            raise FatalError("file_truncated", f"{self._place} ends before its rows do; nothing was read")
        if sign not in signs:
            raise self._unreadable(f"one of {signs} was expected")
        self._at += 1
        return sign

    def _more(self) -> None:
        block = self._text.read(_BLOCK)
        self._ended = not block
        self._held, self._at = self._held[self._at :] + block, 0

    def _constant(self, _: str) -> None:
        self._faults += 1

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        self._faults += len(found) != len(pairs)
        return found

    def _cut_or_broken(self) -> FatalError:
        """At the end of the text: a value that an array's end would have followed was cut off."""
        whole = self._held.rstrip(_BLANKS)[-1:] in ("]", "}")
        if whole:
            return self._unreadable("a value is no JSON")
        return FatalError("file_truncated", f"{self._place} ends before its rows do; nothing was read")

    def _unreadable(self, why: str) -> FatalError:
        return FatalError("json_unreadable", f"{self._place} is no strict JSON: {why}; nothing was read")
