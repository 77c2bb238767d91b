"""What every test begins with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
import structlog

if TYPE_CHECKING:
    from playwright.async_api import Browser


@pytest.fixture(autouse=True)
def the_log_of_one_test_is_not_the_next_ones() -> Iterator[None]:
    """A command that a test runs writes its log to that test's stderr, which is closed when the test is over."""
    yield
    structlog.reset_defaults()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests that look at pages: each opens a context of its own, and starting it takes longer
    than most of them."""
    from tests.web.browser import chromium  # only these tests need Playwright

    async with chromium() as started:
        yield started


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever uses the browser runs in the event loop in which it was started."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
