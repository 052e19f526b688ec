"""Pure functions on small arrays: no identifiers, no I/O, no clock; the seed is an argument."""
