"""HTTP: thin handlers over flow and store."""
