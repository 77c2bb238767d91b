"""What a PBX writes event by event is read many events at a time."""

import asyncio

from bridge.feeds.gulps import GULP
from bridge.feeds.stream import Stream

EVENTS = 60


async def test_of_a_pbx_that_tells_all_the_time_no_more_is_read_than_once_in_each_stretch_of_time() -> None:
    read_in: list[int] = []

    class Noting(Stream):
        def data_received(self, data: bytes) -> None:
            read_in.append(int((asyncio.get_running_loop().time() + 1e-6) / GULP))
            super().data_received(data)

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in range(EVENTS):
            writer.write(b"%d\n" % number)
            await asyncio.sleep(GULP / 10)
        writer.close()

    server = await asyncio.start_server(tell, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    _, stream = await asyncio.get_running_loop().create_connection(Noting, "127.0.0.1", port)
    heard = b""
    while data := await stream.read():
        heard += data
    assert heard == b"".join(b"%d\n" % number for number in range(EVENTS))
    assert len(set(read_in)) == len(read_in)
    server.close()
    await server.wait_closed()
