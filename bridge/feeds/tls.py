"""TLS towards a PBX."""

import ssl

from bridge.feeds.feed import FeedLost


def context(ca_file: str | None) -> ssl.SSLContext:
    """Trusts the authorities in a PEM file, or those of the system. Raises ``FeedLost``."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise FeedLost(f"ca_file {ca_file}: {error.strerror or 'holds no certificate'}") from None
