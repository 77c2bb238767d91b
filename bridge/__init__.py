"""callbridge: tagged call records from Asterisk."""

__version__ = "0.2.0"
