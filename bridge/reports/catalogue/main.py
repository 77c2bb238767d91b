"""What is looked at first."""

MAIN = {
    "agents": ("offered", "answered", "answer_rate", "rejected", "no_answer", "device_failed", "handled", "ring",
               "talk", "hold", "talk_hold_avg"),
    "dn": ("arrived", "answered", "answer_rate", "sl_offered", "abandoned", "abandon_rate", "concluded", "asa",
           "talk", "at_once"),
    "queues": ("entered", "answered", "answer_rate", "sl_offered", "abandoned", "abandon_rate", "timeout", "asa",
               "wait", "waiting_at_once"),
    "service-level": ("sl_a", "sl_b", "sl_x", "sl_offered_10", "sl_offered_20", "sl_offered_30", "sl_offered_60",
                      "sl_firstline"),
    "devices": ("offers", "device_failed", "device_rate", "lost_in_call", "unreachable_queue", "last_failure"),
}  # fmt: skip
"""Figures that a manager looks at first. Of the other reports, all counts and averages that are not nothing."""
