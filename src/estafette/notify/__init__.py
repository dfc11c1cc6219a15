"""Telling drivers: channels, and the words of a notice."""
