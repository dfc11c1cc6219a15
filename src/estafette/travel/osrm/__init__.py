"""OSRM: in the process (Python 3.12 or newer), or as a server."""
