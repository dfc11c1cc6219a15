"""
One script for each rival, run with a Python of its own: a task in on stdin, an answer out on stdout, JSON.

They import nothing of ours, and ours nothing of them (`requirements.txt` beside this package).
"""
