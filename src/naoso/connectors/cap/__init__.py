"""The Common Alerting Protocol (OASIS CAP 1.2, 2010): XML of the outside world ⇄ frozen types.

`reading` takes 1.0, 1.1 and 1.2 and names every rule that is broken; `writing` makes 1.2 that the
standard's schema accepts; `signing` signs and verifies (XML-DSig, enveloped);
`feeds` reads and writes Atom and RSS.
"""
