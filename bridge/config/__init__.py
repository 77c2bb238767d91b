"""The settings file: TOML in, checked ``Settings`` out, or one line saying what is wrong, where, and the mend."""

from bridge.config.load import SettingsError, load, secret_of, warnings
from bridge.config.types import (
    Agent,
    Ami,
    Ari,
    Code,
    Dn,
    JsonlSink,
    Login,
    Pbx,
    Queue,
    Roles,
    Settings,
    Sink,
    SqliteSink,
    Thresholds,
    Verdict,
)

__all__ = [
    "Agent",
    "Ami",
    "Ari",
    "Code",
    "Dn",
    "JsonlSink",
    "Login",
    "Pbx",
    "Queue",
    "Roles",
    "Settings",
    "SettingsError",
    "Sink",
    "SqliteSink",
    "Thresholds",
    "Verdict",
    "load",
    "secret_of",
    "warnings",
]
