"""From any file to checked, pseudonymous rows: read, recognise, normalise, validate, key."""
