"""PostgreSQL for the reports' tests, one database each."""

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


@pytest.fixture(scope="session")
def database(server: Server) -> Server:
    with ask(server, "template1") as db:
        db.execute("CREATE DATABASE calls OWNER callbridge")
    return server
