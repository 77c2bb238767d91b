"""TLS to a PBX, and for browser phones."""

import re
import ssl

from bridge.config import Endpoint
from bridge.errors import SettingsError
from bridge.feeds.feed import FeedLost

WRONG_NAME = (62, 64)
"""OpenSSL's verdicts that a certificate is good, but made out for another host name, or another address."""


def context(ca_file: str | None) -> ssl.SSLContext:
    """A client context that trusts the authorities in a PEM file, or the system's. Raises ``FeedLost``."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError:
        raise FeedLost(f"ca_file {ca_file}: holds no certificate; name the authority's PEM file") from None
    except OSError as error:
        raise FeedLost(f"ca_file {ca_file}: {error.strerror}; name the authority's PEM file") from None


def why_untrusted(error: ssl.SSLCertVerificationError, at: str, setting: str) -> str:
    """Why a PBX's certificate is refused. ``at``: its address. ``setting``: the setting that names the address."""
    why = error.verify_message.rstrip(".")
    if error.verify_code in WRONG_NAME:
        why = re.sub(r"^(Hostname|IP address) mismatch, ", "", why)
        return f"{at}: {why}; write a name that it is made out for as {setting}"
    return f"{at}: its certificate is not trusted: {why}; see ca_file"


def serving(endpoint: Endpoint) -> ssl.SSLContext | None:
    """A server context with the settings' certificate; None if they have none. Raises ``SettingsError``."""
    if endpoint.certificate_file is None:
        return None
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # The empty password makes a key with a passphrase an error; otherwise the terminal would ask for it.
        tls.load_cert_chain(endpoint.certificate_file, endpoint.key_file, password="")
    except (OSError, ValueError):
        files = " and ".join(filter(None, (endpoint.certificate_file, endpoint.key_file)))
        raise SettingsError(
            f"[endpoint]: {files}: no certificate with its key; write both in PEM, the key without passphrase"
        ) from None
    return tls
