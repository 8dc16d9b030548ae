"""An answer leaves in as few packets as it can, whole and in order."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from hub.cli.joined import Joined

HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"


class Counting(asyncio.Transport):
    """A transport that keeps what it is told to write, packet by packet."""

    def __init__(self) -> None:
        super().__init__()
        self.packets: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """One packet."""
        assert not self.closed, "written after the end"
        self.packets.append(bytes(data))

    def close(self) -> None:
        """The end."""
        self.closed = True


async def _written(parts: list[bytes | None]) -> Counting:
    """What goes out of a transport that is told to write parts, the loop turning at each None."""
    transport = Counting()
    joined = Joined(transport, asyncio.get_running_loop())
    for part in parts:
        if part is None:
            await asyncio.sleep(0)
        else:
            joined.write(part)
    joined.close()
    return transport


def test_a_head_and_its_body_leave_in_one_packet() -> None:
    assert asyncio.run(_written([HEAD, b"body"])).packets == [HEAD + b"body"]


def test_a_head_alone_leaves_when_the_loop_turns() -> None:
    assert asyncio.run(_written([HEAD, None, b"later"])).packets == [HEAD, b"later"]


def test_a_head_leaves_before_the_end() -> None:
    found = asyncio.run(_written([HEAD]))
    assert found.packets == [HEAD]
    assert found.closed


def test_a_head_leaves_before_another_owner_has_the_transport() -> None:
    async def taken() -> list[bytes]:
        transport = Counting()
        joined = Joined(transport, asyncio.get_running_loop())
        joined.write(HEAD)
        joined.get_extra_info("socket")
        return transport.packets

    assert asyncio.run(taken()) == [HEAD]


@given(st.lists(st.one_of(st.none(), st.just(HEAD), st.binary(max_size=9))))
def test_nothing_is_lost_or_reordered(parts: list[bytes | None]) -> None:
    assert b"".join(asyncio.run(_written(parts)).packets) == b"".join(part for part in parts if part)
