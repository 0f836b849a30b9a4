"""The life of the appliance as a process, and of its sentinel."""
