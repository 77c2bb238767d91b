"""The shapes that show a state beside its word and its colour, as paths in a square of 16."""

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
    "hold": "M4 3h3v10H4zM9 3h3v10H9z",
    "waiting": "M4 2.5h8L8 8l4 5.5H4L8 8z",
    "wrap_up": "M3 13l1-3.5 7-7 2.5 2.5-7 7z",
    "paused": "M3 5.5h8v4a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3zM11 6.5h1a1.6 1.6 0 0 1 0 3.4h-1M5.5 2v1.5M8.5 2v1.5",
    "monitor": "M5 6.5a3.2 3.2 0 1 1 6 1.6c-.7 1.2-1.9 1.5-1.9 3A2 2 0 0 1 6 12.7M7 6.6a1.3 1.3 0 1 1 2.4.7",
    "coach": "M2 8c2-2.4 4-3.2 6-1.8C10 4.8 12 5.6 14 8c-2 2.7-4 3.8-6 3.8S4 10.7 2 8zM2 8h12",
    "barge": (
        "M8 2.5a2 2 0 1 1-.01 0zM3.5 6.5a1.6 1.6 0 1 1-.01 0zM12.5 6.5a1.6 1.6 0 1 1-.01 0zM5 13a3 3 0 0 1 6 0"
        "M1.5 13a2 2 0 0 1 3-1.7M14.5 13a2 2 0 0 0-3-1.7"
    ),
    "menu": "M3 4h10M3 8h10M3 12h10",
    "logged_out": "M7 3H3.5v10H7M6.5 8H14M11 5l3 3-3 3",
    "ready": "M8 3a5 5 0 1 0 .01 0z",
    "ringing": "M3.5 11.5c1-1 1-2 1-4a3.5 3.5 0 0 1 7 0c0 2 0 3 1 4zM7 13.5h2",
    "inbound": "M13 3 4 12M4 6v6h6",
    "outbound": "M3 13 12 4M6 4h6v6",
    "internal": "M2 8h12M5 5 2 8l3 3M11 5l3 3-3 3",
    "unreachable": "M8 2 14.5 13.5h-13zM8 6.5v3.5M8 11.7v.3",
    "ok": "M8 2.5a5.5 5.5 0 1 0 .01 0z",
    "unknown": "M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.7 8 9 8 10M8 12.4v.4",
}
FILLED = {
    "talking", "failed", "clock", "left", "elsewhere", "ready", "ringing", "unreachable", "ok", "hold", "waiting",
    "wrap_up", "paused", "monitor", "coach", "barge",
}  # fmt: skip
OF_OUTCOMES = {
    "answered": "answered", "rejected": "declined", "cpe_rejected": "failed", "no_answer": "clock",
    "cancelled": "left", "answered_elsewhere": "elsewhere", "forwarded": "forwarded", None: "unseen",
}  # fmt: skip


def shape(name: str) -> Markup:
    """The picture of a shape; screen readers get the word beside it."""
    kind = "filled" if name in FILLED else "drawn"
    return Markup('<svg class="shape {} {}" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>').format(
        kind, name, PATHS[name]
    )
