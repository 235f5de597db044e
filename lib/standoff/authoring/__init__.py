"""From raw text to an annotated article of one's own."""
