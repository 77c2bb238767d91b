"""What every table of the local store has in common."""

import sqlite3


def said(error: sqlite3.Error) -> str:
    """What SQLite says, without the text of a damaged row, which it quotes: no customer's number is ever logged."""
    return str(error).partition(" with text ")[0]
