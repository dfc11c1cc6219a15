"""Use cases: one function for each intent."""
