"""Clients as members of groups: who gets which partitions, what is read once, what was committed."""
