"""What is durable: the database, the encrypted segments, and the file system below them.

SQL stands in the ``*_table`` modules and in ``migrations``, nowhere else.
"""
