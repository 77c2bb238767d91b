"""SIGHUP: sinks that write files open their files again, and the settings are read again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

import structlog
from msgspec.structs import replace

from bridge.config import Settings
from bridge.errors import SettingsError
from bridge.live.hub import Hub
from bridge.pipeline.pipeline import Pipeline
from bridge.service.doubting import Doubting
from bridge.service.judged_by import RELOADED, JudgedBy
from bridge.sinks.delivery import Delivery

logger = structlog.get_logger()

AGAIN = 0.2
"""Seconds until the next try while a thread works in a pipeline."""


class Reloading:
    """Reloads the settings of one service."""

    def __init__(self, settings: Settings, read: Callable[[], Settings], delivery: Delivery) -> None:
        """``read`` reads the settings file; it raises ``SettingsError``."""
        self._settings = settings
        self._read = read
        self._delivery = delivery
        self._pipelines: Sequence[Pipeline] = ()
        self._board: Hub | None = None
        self._doubting: Doubting | None = None
        self._noted: JudgedBy | None = None

    def of(
        self, pipelines: Iterable[Pipeline], board: Hub, doubting: Doubting, noted: JudgedBy | None = None
    ) -> None:
        """Name everything that follows the settings, and ``noted``, which keeps the settings for the next
        start."""
        self._pipelines, self._board, self._doubting, self._noted = [*pipelines], board, doubting, noted

    def __call__(self) -> None:
        """On SIGHUP. A settings file with a mistake changes nothing; the mistake is logged."""
        if any(pipeline.is_elsewhere for pipeline in self._pipelines):
            asyncio.get_running_loop().call_later(AGAIN, self)
            return
        logger.info("sinks_reopened")
        self._delivery.reopen()
        try:
            fresh = self._read()
        except SettingsError as error:
            logger.error("settings_not_reloaded", why=f"{error}; the settings from before count on")
            return
        changed = [name for name in fresh.__struct_fields__ if getattr(fresh, name) != getattr(self._settings, name)]
        later = [name for name in changed if name not in RELOADED]
        self._settings = replace(self._settings, **{name: getattr(fresh, name) for name in RELOADED})
        for pipeline in self._pipelines:
            pipeline.reload(self._settings)
        if self._board is not None:
            self._board.reload(self._settings)
        if self._noted is not None:
            self._noted.note(self._settings)
        if self._doubting is not None:
            self._doubting.begin_anew()
        logger.info("settings_reloaded", changed=", ".join(name for name in changed if name in RELOADED) or "nothing")
        if later:
            logger.warning("restart_needed", why=f"{', '.join(later)} changed, which only a start reads")
