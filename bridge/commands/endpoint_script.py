"""``callbridge endpoint-script``: where the script for the pages of browser phones is."""

from pathlib import Path

from bridge import feeds

SCRIPT = Path(feeds.__file__).with_name("callbridge-endpoint.js")


def command() -> None:
    """Say where the script lies that a browser phone's page needs: copy it beside the page."""
    print(SCRIPT)
