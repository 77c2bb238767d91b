"""The shapes that say a state beside its word and its colour, as paths in a square of 16."""

from markupsafe import Markup

PATHS = {
    "talking": "M3 3h10v10H3z",
    "answered": "M2.5 8.5 6.5 12.5 13.5 4",
    "declined": "M4 4l8 8M12 4l-8 8",
    "failed": "M8 2 14.5 13.5h-13zM8 6.5v3.5M8 11.7v.3",
    "clock": "M8 2a6 6 0 1 0 .01 0zM8 4.5V8l2.5 1.5",
    "left": "M11.5 3v10L4 8z",
    "elsewhere": "M8 3a5 5 0 1 0 .01 0z",
    "forwarded": "M2.5 11C4 5 10 4 12 8M12.5 3.5V8.3H7.8",
    "unseen": "M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.7 8 9 8 10M8 12.4v.4",
    "ready": "M8 3a5 5 0 1 0 .01 0z",
    "ringing": "M3.5 11.5c1-1 1-2 1-4a3.5 3.5 0 0 1 7 0c0 2 0 3 1 4zM7 13.5h2",
    "inbound": "M13 3 4 12M4 6v6h6",
    "outbound": "M3 13 12 4M6 4h6v6",
    "internal": "M2 8h12M5 5 2 8l3 3M11 5l3 3-3 3",
    "unreachable": "M8 2 14.5 13.5h-13zM8 6.5v3.5M8 11.7v.3",
    "ok": "M8 2.5a5.5 5.5 0 1 0 .01 0z",
    "unknown": "M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.7 8 9 8 10M8 12.4v.4",
}
FILLED = {"talking", "failed", "clock", "left", "elsewhere", "ready", "ringing", "unreachable", "ok"}
OF_OUTCOMES = {
    "answered": "answered", "rejected": "declined", "cpe_rejected": "failed", "no_answer": "clock",
    "cancelled": "left", "answered_elsewhere": "elsewhere", "forwarded": "forwarded", None: "unseen",
}  # fmt: skip
OF_DEVICES = {"in call": "talking", "ringing": "ringing", "unreachable": "unreachable", "idle": "ready"}


def shape(name: str) -> Markup:
    """Its picture; the word beside it is what a screen reader gets."""
    kind = "filled" if name in FILLED else "drawn"
    return Markup('<svg class="shape {} {}" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>').format(
        kind, name, PATHS[name]
    )
