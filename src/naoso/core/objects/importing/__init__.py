"""A file or an address of city objects comes in: looked at, mapped, checked, written whole or not at all.

`runs` are the verbs. A check streams rows through `reading` into `staging`, batch by batch, and `judging`
asks what only all rows together can tell; `applying` is one transaction.
"""
