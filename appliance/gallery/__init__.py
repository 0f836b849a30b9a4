"""The gallery: reference data loaded, deleted and flagged durably, and held in memory for search.

A search reads an immutable epoch and never waits. Nothing is acknowledged before it is durable,
and nothing is visible before it is acknowledged.
"""
