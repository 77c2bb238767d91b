"""Write the Asterisk configuration of one PBX under test: docker/asterisk/*.conf, cell.*.conf once for each cell.

    python docker/generate.py OUT --name pbx1 --address 127.0.22.1 --customers 127.0.1 --rtp 10000-11999
                                  --dialplan own

Another dialplan than our own is a folder of docker/dialplans: its files take the place of those of the same name.
"""

import argparse
from pathlib import Path

CELLS = 16
HERE = Path(__file__).parent
TEMPLATES = HERE / "asterisk"
DIALPLANS = HERE / "dialplans"
SNIPPETS = HERE.parent / "config" / "asterisk"


def generate(out: Path, *, name: str, address: str, customers: str, rtp: str, dialplan: str) -> None:
    """Fill ``out`` with what goes to /etc/asterisk; ``customers`` is the network (three numbers) they dial from."""
    start, end = rtp.split("-")
    values = {"NAME": name, "ADDRESS": address, "CUSTOMERS": customers, "RTP_START": start, "RTP_END": end}
    templates = {path.name: path for folder in (TEMPLATES, DIALPLANS / dialplan) for path in folder.glob("*.conf")}
    for file, template in sorted(templates.items()):
        if file.startswith("cell."):
            continue
        text = filled(template, values)
        if cell := templates.get(f"cell.{file}"):
            text += "".join(filled(cell, values | {"NN": f"{c:02}", "C": str(c)}) for c in range(1, CELLS + 1))
        write(out / file, text)
    for snippet in sorted(SNIPPETS.glob("*.conf")):
        write(out / "callbridge" / snippet.name, snippet.read_text().replace("change-me", "bridge-secret"))


def filled(template: Path, values: dict[str, str]) -> str:
    text = template.read_text()
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def write(path: Path, text: str) -> None:
    """Leave a file that is right already alone, so that nothing seems changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("out", type=Path)
    parser.add_argument("--name", default="pbx1")
    parser.add_argument("--address", default="127.0.22.1")
    parser.add_argument("--customers", default="127.0.1")
    parser.add_argument("--rtp", default="10000-11999")
    parser.add_argument("--dialplan", default="own")
    options = vars(parser.parse_args())
    generate(options.pop("out"), **options)
