"""What counts as article text: the labels of its zones, and of zones with sentences."""

__all__ = ["ARTICLE", "DIVIDED"]

ARTICLE = ("Headline", "Lead", "Crosshead", "Body")
DIVIDED = (*ARTICLE, "Caption")  # zones that hold sentences
