"""Settings of the administrator, the signed profile pack, and where the files lie."""
