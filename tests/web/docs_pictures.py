"""The pictures in docs/: ``python -m tests.web.docs_pictures`` draws them anew.

``call.svg`` is that of the record in README.md, ``call.zh-TW.svg`` one call with all that a picture can show.
"""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from bridge.vocabulary.record import Record
from bridge.web.drawing import View
from bridge.web.picture import picture
from tests.web.samples import everything

ROOT = Path(__file__).parents[2]


def readme_record() -> Record:
    """The record that README.md shows."""
    blocks = re.findall(r"```json\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return msgspec.json.decode(next(block for block in blocks if '"record_id"' in block), type=Record)


def drawn() -> dict[str, bytes]:
    """File name in docs/ to what it must hold."""
    return {
        "call.svg": picture(readme_record()),
        "call.zh-TW.svg": picture(everything(), "zh-TW", View(theme="dark", zone=ZoneInfo("Asia/Taipei"))),
    }


if __name__ == "__main__":
    for name, content in drawn().items():
        (ROOT / "docs" / name).write_bytes(content)
