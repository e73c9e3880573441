"""OGC API – Features (Parts 1, 2 and 3) and OGC API – Tiles over the city's objects, at `/api/ogc/`.

Whoever is signed in reads what they may see; everybody else reads public fields of public kinds.
"""
