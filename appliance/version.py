"""The version of the appliance: the one place that states it."""

__version__ = "0.1.0"
