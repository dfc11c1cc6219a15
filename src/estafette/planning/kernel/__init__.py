"""Compiled loops over plain integer arrays. Records stop at the door (planning/problem.py)."""
