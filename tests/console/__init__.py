"""Stories of people at the console, told in a real browser."""
