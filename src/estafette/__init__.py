"""Estafette: dispatch for patient, paratransit and non-emergency medical transport."""

__version__ = "0.1.0"
