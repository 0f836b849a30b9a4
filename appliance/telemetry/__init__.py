"""What may be seen from outside: metrics, logs, health pages, and word to the service manager."""
