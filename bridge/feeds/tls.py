"""TLS: towards a PBX, and towards browser phones."""

import ssl

from bridge.config import Endpoint
from bridge.errors import SettingsError
from bridge.feeds.feed import FeedLost


def context(ca_file: str | None) -> ssl.SSLContext:
    """Trusts the authorities in a PEM file, or those of the system. Raises ``FeedLost``."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError:
        raise FeedLost(f"ca_file {ca_file}: holds no certificate; name the authority's PEM file") from None
    except OSError as error:
        raise FeedLost(f"ca_file {ca_file}: {error.strerror}; name the authority's PEM file") from None


def serving(endpoint: Endpoint) -> ssl.SSLContext | None:
    """Shows phones the certificate of the settings; None where there is none. Raises ``SettingsError``."""
    if endpoint.certificate_file is None:
        return None
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # A key with a passphrase is refused, not asked for on the terminal.
        tls.load_cert_chain(endpoint.certificate_file, endpoint.key_file, password="")
    except (OSError, ValueError):
        files = " and ".join(filter(None, (endpoint.certificate_file, endpoint.key_file)))
        raise SettingsError(
            f"[endpoint]: {files}: no certificate with its key; write both in PEM, the key without passphrase"
        ) from None
    return tls
