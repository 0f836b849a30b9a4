"""The gRPC edge: interceptors, servicers, converters, the error table, health and TLS."""
