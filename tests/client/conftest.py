"""The company of the tests of the edge, and its client."""

from tests.edge.api.conftest import client, home
from tests.edge.conftest import company

__all__ = ["client", "company", "home"]
