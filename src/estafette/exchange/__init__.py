"""Files of other people: CSV in, text out."""
