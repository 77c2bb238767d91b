"""``callbridge token``: what lets a browser phone report to the endpoint feed."""

import time
from typing import Annotated

from cyclopts import Parameter

from bridge.commands.options import Config, chosen_pbx, settings_of
from bridge.errors import UsageError
from bridge.feeds.endpoint import key_of
from bridge.feeds.endpoint_token import DEVICE, LONGEST_LIFE, Phone, sign


def command(
    device: str,
    /,
    *,
    config: Config,
    pbx: Annotated[str | None, Parameter(help="The device's PBX, where the settings name several.")] = None,
) -> None:
    """Print a token by which a browser phone reports to the endpoint feed: good once, for ten minutes."""
    settings = settings_of(config)
    if settings.endpoint is None:
        raise UsageError(f"{config} has no [endpoint]; add it with host, origins and a secret")
    if not DEVICE.fullmatch(device):
        raise UsageError(f'"{device}" is no device; write its technology too, as in PJSIP/1001')
    phone = Phone(chosen_pbx(settings, pbx), device)
    print(sign(key_of(settings.endpoint), phone, time.time() + LONGEST_LIFE))
