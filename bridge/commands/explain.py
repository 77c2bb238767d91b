"""``callbridge explain``: one call, told for a person."""

from bridge.commands.options import Config, local_store, settings_of
from bridge.errors import UsageError
from bridge.records.explain import explain
from bridge.store.reader import find_call


def command(call_id: str, /, *, config: Config) -> None:
    """Tell one call as a person reads it: what happened, each offer, and why it has each tag."""
    store = local_store(settings_of(config))
    found = find_call(store, call_id)
    if not found:
        raise UsageError(f'no call "{call_id}" in {store}; `callbridge records` lists those that are')
    print("\n\n".join(explain(record) for record in found))
