"""What leaves as a file of its own: workbooks to fill in, later slides, documents and sheets."""
