"""Every report and every figure. A figure that is not here is not reported."""

from bridge.reports.catalogue.agents import AGENTS
from bridge.reports.catalogue.devices import DEVICES
from bridge.reports.catalogue.dn import DN
from bridge.reports.catalogue.queues import QUEUES
from bridge.reports.catalogue.service_level import by_dn, by_queue
from bridge.reports.catalogue.supervision import SUPERVISION
from bridge.reports.catalogue.tags import BY as TAGS_BY
from bridge.reports.catalogue.tags import by as tags_by
from bridge.reports.catalogue.transfers import TRANSFERS
from bridge.reports.figures import Report

LIMITS = (10, 20, 30, 60)
"""Limits in seconds for which the report of service levels shows all formulas, if none are asked for."""
REPORTS: dict[str, Report] = {
    report.name: report
    for report in (AGENTS, DN, QUEUES, by_dn(LIMITS), tags_by("dn"), DEVICES, SUPERVISION, TRANSFERS)
}

__all__ = ["LIMITS", "REPORTS", "TAGS_BY", "by_dn", "by_queue", "tags_by"]
