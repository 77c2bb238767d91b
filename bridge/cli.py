"""The ``callbridge`` command line: which commands there are, and what becomes of a mistake.

A mistake in what was typed or in the settings is one line on stderr and exit code 2. The file of a command in
``bridge/commands/`` is imported when that command is typed, so that a listing starts at once.
"""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any

from cyclopts import App, CycloptsError, MissingArgumentError, Parameter, UnusedCliTokensError

from bridge.errors import BridgeError, printable

COMMANDS = (
    "init", "run", "check", "reload", "token", "capture", "replay", "backfill",
    "records", "explain", "states", "devices", "outbox", "erase", "simulate", "demo", "tags",
    "codes", "report", "endpoint-script",
)  # fmt: skip
"""Each is a file of ``bridge/commands/`` with a function ``command``; of ``endpoint-script`` endpoint_script.py."""

app = App(
    name="callbridge",
    help="One correct, tagged record for every call on an Asterisk PBX.",
    default_parameter=Parameter(negative=()),
    exit_on_error=False,
    print_error=False,
    result_action="return_value",
)
for _name in COMMANDS:
    app.command(f"bridge.commands.{_name.replace('-', '_')}:command", name=_name)


def main(arguments: Sequence[str] | None = None) -> int:
    """The ``callbridge`` command; the exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without 中文 still shows the rest
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words in ([], ["--help"], ["-h"]):
        for name in COMMANDS:
            app[name]  # imports it: the list says of each what it does
    try:
        result: Any = app(words)
        sys.stdout.flush()
    except CycloptsError as error:
        return _complain(_told(error))
    except BridgeError as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.filename is None:  # the output itself: what is still buffered goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # the reader of our output, such as head, had enough
            return 0
        return _complain(f"{error.filename or 'output'}: {error.strerror}; see where the output goes")
    return result if isinstance(result, int) else 0


def _told(error: CycloptsError) -> str:
    """What is wrong with what was typed, and whose help says more."""
    command = " ".join(("callbridge", *(error.command_chain or ())))
    if isinstance(error, MissingArgumentError) and error.argument is not None:
        return f"{error.argument.name} is missing; see {command} --help"
    if isinstance(error, UnusedCliTokensError) and error.unused_tokens:
        return f'"{error.unused_tokens[0]}" is one word too many; see {command} --help'
    return f"{' '.join(str(error).split())} See {command} --help."


def _complain(line: str) -> int:
    print(f"callbridge: {printable(line)}", file=sys.stderr)
    return 2
