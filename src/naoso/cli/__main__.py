"""`python -m naoso.cli`."""

from naoso.cli.app import app

app()
