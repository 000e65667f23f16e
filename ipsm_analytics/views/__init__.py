"""Values to words, tables, figures and maps; pure functions, no page framework."""
