"""What every test begins with."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def the_log_of_one_test_is_not_the_next_ones() -> Iterator[None]:
    """A command that a test runs writes its log to that test's stderr, which is closed when the test is over."""
    yield
    structlog.reset_defaults()
