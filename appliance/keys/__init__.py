"""Keys: the master key, data keys of segments, keys of probes, and the key that signs heads.

The only room besides audit, access, api and config that touches cryptography; it knows files only
through ``ports`` and through key files of its own.
"""
