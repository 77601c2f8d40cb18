"""The driver of the client compatibility matrix."""
