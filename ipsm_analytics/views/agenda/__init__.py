"""What the meeting looks at, item by item, the same for the screen, slides and papers."""
