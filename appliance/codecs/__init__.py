"""Bytes to domain objects and back, one module per standard edition.

Every function here is total: any input gives a domain object or a named error of
``appliance.domain.errors`` that says where and which rule, never another exception.
"""
