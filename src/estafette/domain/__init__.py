"""What the words mean: records, transitions, reasons, errors. Imports nothing of ours."""
