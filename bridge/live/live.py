"""What is so on one PBX at this moment, for those who watch it: read from the mirror that also makes the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bridge.calls.analyse import Analyst
from bridge.calls.codes import Verdicts
from bridge.calls.roles import Directory
from bridge.config import Settings
from bridge.live.board import Board
from bridge.live.devices import DeviceState, Picture
from bridge.live.items import Change, Item, Kind
from bridge.pbx.mirror import Mirror
from bridge.states.tracker import Tracker
from bridge.tags.proof import Rules
from bridge.vocabulary.message import Source


class Live:
    """Nothing is computed until somebody watches."""

    def __init__(self, settings: Settings, pbx: str, mirror: Mirror, directory: Directory, tracker: Tracker) -> None:
        self._mirror, self._tracker = mirror, tracker
        self._picture = Picture(pbx, mirror, directory, tracker.memberships)
        self._settings, self._pbx, self._directory = settings, pbx, directory
        self._board: Board | None = None
        self._watched = False

    def watch(self, *, board: bool) -> None:
        """Keep the devices up to date from now on, and the board too if it is asked for."""
        self._watched = True
        self._mirror.watch()
        if board:
            analyst, rules = self._judging()
            feeds = _feeds(self._settings, self._pbx)
            self._board = Board(self._pbx, self._mirror, self._directory, self._tracker, analyst, rules, feeds)

    def reload(self, settings: Settings, directory: Directory) -> None:
        """Use other settings from the next `refresh` on, which looks at everything again."""
        self._settings, self._directory = settings, directory
        self._picture.go_by(directory)
        if self._board is not None:
            self._board.go_by(directory, *self._judging())
        if self._watched:
            self._mirror.watch()

    def _judging(self) -> tuple[Analyst, Rules]:
        settings, directory = self._settings, self._directory
        return (
            Analyst(self._pbx, directory, Verdicts(settings.code), settings.thresholds),
            Rules(settings, directory),
        )

    def refresh(self, now: float) -> Sequence[Change]:
        """What changed since the last call, the devices last. The first call returns everything."""
        changed = self._mirror.changed()
        if not any(changed) and not self.is_behind:
            return ()
        try:
            board = self._board.refresh(changed, now) if self._board is not None else ()
            return [*board, *self._picture.refresh(changed)]
        except Exception:
            self._mirror.watch()  # what is not told now comes with everything else, the next time
            raise

    @property
    def is_behind(self) -> bool:
        """Whether the last `refresh` left some changes for the next one, because there were so many."""
        return self._picture.is_behind or (self._board is not None and self._board.is_behind)

    @property
    def items(self) -> Mapping[tuple[Kind, str], Item]:
        """All items of the board, as of the last `refresh`."""
        return self._board.items if self._board is not None else {}

    def tags_so_far(self, key: str, now: float) -> list[str] | None:
        """The tags that a call has by now, by the rules that will judge it at its end; None if the call is not there,
        or too large. ``key``: the item's. ``now``: epoch seconds."""
        return self._board.tags_so_far(key, now) if self._board is not None else None

    def devices(self) -> Mapping[str, DeviceState] | None:
        """The devices by name; None while the PBX is away or its snapshot is not complete."""
        return self._picture.shown


def _feeds(settings: Settings, pbx: str) -> tuple[Source, ...]:
    for one in settings.pbx:
        if one.name == pbx:
            return (*(("ami",) if one.ami is not None else ()), *(("ari",) if one.ari is not None else ()))
    return ()
