"""Parquet in parts: whole files of one row group each, put together as they are made into one file of many.

A row group has to be held until it is whole. polars cuts them by rows alone, so that those of large entries would take
gigabytes; here every part is a file of its own, as small as its maker likes, and the parts share one footer, in which
the offsets of each are moved to where it lies. A footer is Thrift in its compact protocol.

Source: Apache Parquet format 2.11 (`parquet.thrift`, "File format"); Thrift compact protocol specification.
"""

import struct
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

MAGIC = b"PAR1"
_TAIL = 8
"""Bytes at the end of a file: the length of the footer and the magic."""
_NUM_ROWS, _ROW_GROUPS = 3, 4
_COLUMNS, _GROUP_OFFSET, _ORDINAL = 1, 5, 7
_META = 3
_CHUNK_OFFSETS = (2, 4, 6)
"""Of a column chunk: itself, its offset index, its column index."""
_META_OFFSETS = (9, 10, 11, 14)
"""Of its pages: data, index, dictionary, bloom filter."""
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_INTEGERS = (4, 5, 6)
_LONG_LIST = 15

Struct = dict[int, tuple[int, Any]]
"""Fields by id, each with its type; a list is its type and its items."""


@dataclass
class Parts:
    """One file in the making."""

    at: int = 0
    footer: Struct = field(default_factory=dict)

    def taken(self, part: bytes) -> bytes:
        """The bytes of the file that a part stands for, of the same columns as those before it."""
        end = len(part) - _TAIL - int.from_bytes(part[-_TAIL:-4], "little")
        footer = _read_struct(BytesIO(part[end:-_TAIL]))
        body = part[len(MAGIC) if self.at else 0 : end]
        self._join(footer, self.at - len(MAGIC) if self.at else 0)
        self.at += len(body)
        return body

    def end(self) -> bytes:
        """The footer behind the last part."""
        written = BytesIO()
        _write_struct(written, self.footer)
        footer = written.getvalue()
        return footer + len(footer).to_bytes(4, "little") + MAGIC

    def _join(self, footer: Struct, moved: int) -> None:
        groups = footer[_ROW_GROUPS][1][1]
        for group in groups:
            _move(group, moved)
        if not self.footer:
            self.footer = footer
            return
        known = self.footer[_ROW_GROUPS][1][1]
        for place, group in enumerate(groups, start=len(known)):
            if _ORDINAL in group:
                group[_ORDINAL] = (group[_ORDINAL][0], place)
        known += groups
        kind, rows = self.footer[_NUM_ROWS]
        self.footer[_NUM_ROWS] = (kind, rows + footer[_NUM_ROWS][1])


def _move(group: Struct, by: int) -> None:
    """Moves every offset of a row group."""
    _add(group, (_GROUP_OFFSET,), by)
    for chunk in group[_COLUMNS][1][1]:
        _add(chunk, _CHUNK_OFFSETS, by)
        _add(chunk[_META][1], _META_OFFSETS, by)


def _add(found: Struct, ids: tuple[int, ...], by: int) -> None:
    for number in ids:
        if number in found and found[number][1]:
            kind, offset = found[number]
            found[number] = (kind, offset + by)


def _read_varint(stream: BytesIO) -> int:
    found = shift = 0
    while True:
        byte = stream.read(1)[0]
        found |= (byte & 0x7F) << shift
        if byte < 0x80:
            return found
        shift += 7


def _read_whole(stream: BytesIO) -> int:
    """A signed number in zigzag."""
    found = _read_varint(stream)
    return (found >> 1) ^ -(found & 1)


def _read_struct(stream: BytesIO) -> Struct:
    found: Struct = {}
    number = 0
    while head := stream.read(1)[0]:
        number = number + (head >> 4) if head >> 4 else _read_whole(stream)
        kind = head & 0x0F
        found[number] = (kind, kind == _TRUE if kind in (_TRUE, _FALSE) else _read(stream, kind))
    return found


def _read(stream: BytesIO, kind: int) -> Any:
    if kind in _INTEGERS:
        return _read_whole(stream)
    if kind == _BINARY:
        return stream.read(_read_varint(stream))
    if kind == _STRUCT:
        return _read_struct(stream)
    if kind in (_LIST, _SET):
        head = stream.read(1)[0]
        size = head >> 4 if head >> 4 != _LONG_LIST else _read_varint(stream)
        return head & 0x0F, [_read(stream, head & 0x0F) for _ in range(size)]
    if kind == _DOUBLE:
        return struct.unpack("<d", stream.read(8))[0]
    return stream.read(1)[0]


def _write_varint(stream: BytesIO, value: int) -> None:
    while value >= 0x80:
        stream.write(bytes((value & 0x7F | 0x80,)))
        value >>= 7
    stream.write(bytes((value,)))


def _write_struct(stream: BytesIO, given: Struct) -> None:
    before = 0
    for number, (told, value) in given.items():
        kind = (_TRUE if value else _FALSE) if told in (_TRUE, _FALSE) else told
        if 0 < number - before < 16:
            stream.write(bytes((number - before << 4 | kind,)))
        else:
            stream.write(bytes((kind,)))
            _write(stream, _INTEGERS[0], number)
        before = number
        if kind not in (_TRUE, _FALSE):
            _write(stream, kind, value)
    stream.write(b"\0")


def _write(stream: BytesIO, kind: int, value: Any) -> None:
    if kind in _INTEGERS:
        _write_varint(stream, value << 1 if value >= 0 else (-value << 1) - 1)
    elif kind == _BINARY:
        _write_varint(stream, len(value))
        stream.write(value)
    elif kind == _STRUCT:
        _write_struct(stream, value)
    elif kind in (_LIST, _SET):
        _write_list(stream, *value)
    elif kind == _DOUBLE:
        stream.write(struct.pack("<d", value))
    else:
        stream.write(bytes((value,)))


def _write_list(stream: BytesIO, kind: int, items: list[Any]) -> None:
    if len(items) < _LONG_LIST:
        stream.write(bytes((len(items) << 4 | kind,)))
    else:
        stream.write(bytes((_LONG_LIST << 4 | kind,)))
        _write_varint(stream, len(items))
    for item in items:
        _write(stream, kind, item)
