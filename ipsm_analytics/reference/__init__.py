"""Facts as data: areas, borders, population, categories, indicators."""
