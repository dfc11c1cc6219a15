"""Doors: command line, HTTP, live stream, worker."""
