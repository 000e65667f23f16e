"""Keeping the whole store, turning its key, forgetting a person: the three things done to every version at once."""
