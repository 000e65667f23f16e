"""Speed and memory, measured against others in the same run."""
