"""Who works with the program: accounts, sessions, API keys, single-use tokens; no secret in clear."""
