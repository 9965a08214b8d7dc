"""Search over every plan a person may see: words, reading, ranking, results."""
