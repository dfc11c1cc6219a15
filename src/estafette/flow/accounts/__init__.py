"""Who may come in: signing in, passwords, second factors, invitations, keys."""
