"""Logs once what the calls show to be wrong in the settings."""

from collections.abc import Mapping

import structlog

from bridge.pipeline.pipeline import Pipeline

logger = structlog.get_logger()


class Doubting:
    """Logs the doubts of all PBXs as they arise."""

    def __init__(self, pipelines: Mapping[str, Pipeline]) -> None:
        self._pipelines = pipelines
        self._told = dict.fromkeys(pipelines, 0)

    def begin_anew(self) -> None:
        """The settings were read again: doubts about the old settings are forgotten."""
        self._told = dict.fromkeys(self._pipelines, 0)

    def tell(self, pbx: str) -> None:
        """Log the new doubts of a PBX. To be called whenever calls of that PBX have ended."""
        doubts = self._pipelines[pbx].doubts
        for doubt in doubts[self._told[pbx] :]:
            logger.warning("settings_doubtful", pbx=pbx, doubt=doubt.kind, why=doubt.why)
        self._told[pbx] = len(doubts)
