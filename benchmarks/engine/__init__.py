"""The optimiser against its rivals, on public instances and on seeded days, every answer checked."""
