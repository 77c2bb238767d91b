"""A PostgreSQL server for a module, with a fresh database for each test."""

from collections.abc import Iterator

import pytest

from tests.helpers.calls_database import PASSWORD, ask
from tests.helpers.servers import Server, postgres


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with postgres() as server:
        with ask(server, "template1") as db:
            db.execute(f"CREATE ROLE callbridge LOGIN PASSWORD '{PASSWORD}'".encode())
        yield server


@pytest.fixture
def database(server: Server) -> Server:
    """With an empty database ``calls``."""
    with ask(server, "template1") as db:
        db.execute("DROP DATABASE IF EXISTS calls WITH (FORCE)")
        db.execute("CREATE DATABASE calls OWNER callbridge")
    return server
