"""What may be concluded from the measures, and how surely."""
