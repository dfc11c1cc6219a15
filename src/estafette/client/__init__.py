"""
The client of the API: `Client(address, key)`, with a method for every operation.

It hands in and gives back the records of `estafette.domain`. See `docs/api/tutorial.md`.
"""

from estafette.client.client import Client
from estafette.client.error import ApiError
from estafette.client.resource import ANY, Versioned

__all__ = ["ANY", "ApiError", "Client", "Versioned"]
