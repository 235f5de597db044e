"""escaping.py: words of articles, which are anybody's, in HTML."""

import pytest

from standoff.annotation.escaping import as_html


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ('"low" <b>', "&quot;low&quot; &lt;b&gt;"),
        (
            "كابل",
            "<bdi>كابل</bdi>",
        ),  # read from right to left without turning what stands around it
    ],
)
def test_words_of_an_article_stay_words(words, html):
    assert as_html(words) == html
