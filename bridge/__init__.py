"""callbridge: tagged call records from Asterisk."""

__version__ = "0.1.0"
