"""The best rows of a score column, the same rows in the same order on every backend."""
