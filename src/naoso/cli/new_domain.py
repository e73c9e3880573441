"""`new-domain flood`: a folder that works from its first minute; no other file is touched."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from string import Template

from naoso.cli.engines import EngineError
from naoso.config.options import ROOT

TEMPLATE = Path(__file__).with_name("new_domain_template")
NAME = re.compile(r"[a-z][a-z0-9_]{1,38}[a-z0-9]")


def create(name: str, root: Path = ROOT) -> Path:
    """Copy the template; raises EngineError for a name that cannot be a package or is taken."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise EngineError(
            f"{name!r} cannot be a domain: use small letters, digits and _, such as flood_gates"
        )
    folder = root / "src/naoso/domains" / name
    if folder.exists():
        raise EngineError(f"there is a domain {name} already: {folder}")
    words = {"name": name, "title": name.replace("_", " ").capitalize(), "prefix": name.replace("_", "-")}
    for source in sorted(TEMPLATE.rglob("*.tmpl")):
        relative = str(source.relative_to(TEMPLATE)).removesuffix(".tmpl").replace("DOMAIN", name)
        target = folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source.read_text()).substitute(words))
    return folder
