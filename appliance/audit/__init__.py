"""The record of supplies (Art. 17): a hash chain whose heads are signed and kept twice."""
