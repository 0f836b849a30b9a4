"""The record of supplies (Art. 17): a Merkle tree whose heads are signed and leave the machine."""
