"""What was wrong with what the service made of the scenarios played."""

import json
from pathlib import Path
from typing import Any

from tests.browser.scenarios import SCENARIOS
from tests.live.expected import compare


def results(directory: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((directory / "results.json").read_text())
    return found


def differences(result: dict[str, Any]) -> list[str]:
    """One line each; empty when every record is exact, with and without the endpoint feed."""
    if result["failure"]:
        return [result["failure"]]
    scenario, nn = SCENARIOS[result["name"]], result["cell"]
    wrong = [f"without endpoint feed: {line}" for line in compare(scenario.without, result["without"], nn)]
    return wrong + [f"with endpoint feed: {line}" for line in compare(scenario.knowing, result["with"], nn)]
