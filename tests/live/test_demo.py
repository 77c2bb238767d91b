"""The demo's calls are scenarios of the suite, and show most of the tags."""

from bridge.tags.catalogue import BY_NAME
from tests.live.demo import CALLS
from tests.live.scenarios import SCENARIOS


def test_the_demos_calls_show_most_tags() -> None:
    shown = {tag for name in CALLS for each in SCENARIOS[name].expected for tag in each.tags.split()}
    assert len(shown) > 0.8 * len(BY_NAME)
