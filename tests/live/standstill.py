"""Whether an Asterisk that lives answers no more.

Asterisk 22 deadlocks now and then: one of the threads that share its SIP work waits for another, which waits for the
first. Two pickups at the same moment do it. AMI goes on answering then.
"""

import asyncio
import re
from contextlib import suppress
from uuid import uuid4

REQUESTS = 32
"""So many that each thread gets some: a request goes to a thread by its Call-ID."""
AGAIN, PATIENCE = 0.5, 30.0
"""Seconds from one request to the next of the same Call-ID, and until all must be answered on a busy machine."""


class _Ear(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: set[str] = set()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.heard.update(re.findall(r"(?im)^(?:call-id|i): *(\S+)", data.decode(errors="replace")))


async def stands_still(address: str) -> bool:
    """Whether some SIP requests to a PBX stay without an answer, of whatever kind."""
    loop = asyncio.get_running_loop()
    transport, ear = await loop.create_datagram_endpoint(_Ear, remote_addr=(address, 5060))
    own = "{}:{}".format(*transport.get_extra_info("sockname"))
    asked = {uuid4().hex for _ in range(REQUESTS)}
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while missing := asked - ear.heard:
                for call_id in missing:
                    transport.sendto(_options(address, own, call_id))
                await asyncio.sleep(AGAIN)
    transport.close()
    return not asked <= ear.heard


def _options(address: str, own: str, call_id: str) -> bytes:
    """An OPTIONS (RFC 3261, 11), whose branch is that of a retransmission."""
    lines = (
        f"OPTIONS sip:{address} SIP/2.0",
        f"Via: SIP/2.0/UDP {own};branch=z9hG4bK{call_id};rport",
        "Max-Forwards: 70",
        f"From: <sip:lab@{own}>;tag={call_id}",
        f"To: <sip:{address}>",
        f"Call-ID: {call_id}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:lab@{own}>",
        "Content-Length: 0",
    )
    return "\r\n".join((*lines, "", "")).encode()
