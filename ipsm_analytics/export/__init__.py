"""Files that leave the program: safe cells, templates to fill in, refused rows for their sender."""
