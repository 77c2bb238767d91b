"""A zone whose day neither begins nor ends while the tests run."""

from datetime import UTC, datetime

NOON = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
"""Where it is noon, so that a little while ago was today, too."""
