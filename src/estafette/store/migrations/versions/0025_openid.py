"""Sign-in by OpenID Connect."""

from estafette.store.migrate import run_script

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Let accounts know who their people are at an issuer."""
    run_script("0025_openid.sql")
