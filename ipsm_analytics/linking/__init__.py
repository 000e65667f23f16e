"""One person, several reports: probable pairs of persons, what an operator decides about them, and the register."""
