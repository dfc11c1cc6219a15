"""Roads out of an OpenStreetMap extract, on any Python: read with osmium, searched with SciPy."""
