"""Files that leave the meeting: slides, papers, tables, drawn from the same content."""
