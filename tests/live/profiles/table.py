"""The table of all calls on all PBXs, as it is printed and as docs/test-full.md keeps it."""

import os
from collections import Counter
from datetime import UTC, datetime

from tests.live.lab import ROOT
from tests.live.profiles.built import BUILT

Table = dict[tuple[str, str], dict[str, str]]
"""By dialplan and scenario: version to what came out, and after a colon why not all could."""
PAGE = ROOT / "docs" / "test-full.md"


def complete(table: Table) -> bool:
    """Whether every scenario has been asked for on every PBX."""
    return all(pbx.version in table.get((pbx.dialplan, name), {}) for pbx in BUILT.values() for name in pbx.suite)


def told(table: Table) -> list[str]:
    lines: list[str] = []
    reasons: list[str] = []
    for dialplan in dict.fromkeys(dialplan for dialplan, _ in table):
        rows = {name: versions for (of, name), versions in table.items() if of == dialplan}
        versions = sorted({version for row in rows.values() for version in row}, reverse=True)
        width = max(map(len, rows))
        lines += [f"{dialplan} dialplan: {len(rows)} scenarios", ""]
        lines.append(f"{'':<{width}}  " + "  ".join(f"{'Asterisk ' + version:<11}" for version in versions).rstrip())
        counts: dict[str, Counter[str]] = {version: Counter() for version in versions}
        for name, row in rows.items():
            cells = []
            for version in versions:
                verdict, _, reason = row.get(version, "not played").partition(": ")
                counts[version][verdict] += 1
                if reason:
                    reasons += [] if reason in reasons else [reason]
                    verdict += f" ({reasons.index(reason) + 1})"
                cells.append(f"{verdict:<11}")
            lines.append(f"{name:<{width}}  {'  '.join(cells)}".rstrip())
        for version, counted in counts.items():
            lines.append(f"Asterisk {version}: " + ", ".join(f"{n} {verdict}" for verdict, n in counted.items()))
        lines.append("")
    lines += [f"({number}) {reason}" for number, reason in enumerate(reasons, 1)]
    return lines


PAGE_TEXT = """\
# What `make test-full` printed last

Every scenario, played with real phones on every PBX and watched by three instances: with AMI alone, with ARI alone,
and with both. A cell is exact where the records of all three say exactly what the scenario expects.

From {began:%Y-%m-%d %H:%M} to {ended:%H:%M} UTC, on {cores} cores; load average at the end {load}.

```
{lines}
```
"""


def page(lines: list[str], began: datetime) -> str:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return PAGE_TEXT.format(
        began=began, ended=datetime.now(UTC), cores=os.cpu_count(), load=load, lines="\n".join(lines)
    )
