"""What a feed delivered, to wait upon."""

import asyncio
from collections.abc import Callable
from typing import Any

from bridge.vocabulary.message import Message

GIVES_UP = 60.0
"""Seconds after which a test says what has not come. A service takes half of them to start where much else runs."""


class Heard:
    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._news = asyncio.Event()

    def take(self, message: Message) -> None:
        self.messages.append(message)
        self._news.set()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [message.event for message in self.messages]

    async def until(self, condition: Callable[[list[dict[str, Any]]], object], seconds: float = GIVES_UP) -> None:
        async with asyncio.timeout(seconds):
            while not condition(self.events):
                self._news.clear()
                await self._news.wait()


async def until(condition: Callable[[], object], seconds: float = GIVES_UP) -> None:
    """Wait for something that sends no news of itself."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
