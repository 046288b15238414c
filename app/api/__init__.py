"""The REST face: routes, and the one table from errors to HTTP."""
