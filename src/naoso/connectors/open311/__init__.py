"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): its types, both of its forms, a client."""
