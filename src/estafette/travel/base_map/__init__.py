"""The map behind the board, from the same extract as the roads: read, cut into tiles, kept in one file."""
