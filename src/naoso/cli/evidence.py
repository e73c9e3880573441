"""`./naoso verify-evidence`: what a package is, and whether it was changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from naoso.connectors.evidence import verify


def report(file: Path, say: Callable[[str], None]) -> bool:
    """Says it in words; True where nothing was changed."""
    verdict = verify(file)
    if verdict.manifest:
        facts = verdict.manifest
        say(f"incident {facts.get('incident')}: {facts.get('incident_title')}")
        say(f"{facts.get('from')} – {facts.get('to')}, cameras {', '.join(facts.get('cameras', []))}")
        say(f"made for {facts.get('who')}: {facts.get('why')}")
        say(f"{len(facts.get('files', []))} files")
    if verdict.fingerprint:
        say(f"signed by the key {verdict.fingerprint}")
    for fault in verdict.faults:
        say(f"NOT AS SIGNED: {fault}")
    if verdict.holds:
        say("VERIFIED: every file is as it was signed. Compare the key with what the centre tells you.")
    return verdict.holds
