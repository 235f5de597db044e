"""words.py: what a word is, in scripts with and without blanks."""

import unicodedata

import pytest

from standoff.annotation.words import count, positions

COUNTS = {
    "Afghan-led talks didn't end.[1]": 4,
    "渡轮停在港口。": 6,
    "“旧票价不够付燃料。”": 8,
    "2017年4月14日": 6,
    "フェリーは止まった": 6,
    "𠮷野家で会う": 6,
    "페리가 항구에 머물러 있다": 4,
    "เรือไม่": 5,
    "हिन्दी में समाचार": 3,
    "العبارة تبقى في الميناء": 4,
    "كَتَبَ الوَلَدُ": 2,
    "می‌خواهم بروم": 2,
    "שָׁלוֹם עולם": 2,
    "Die Fähre, l’État et l'été": 5,
    "Fa\u0308hre": 1,
    "com\u00adpany": 1,
    "Łódź–Gdańsk": 2,
}


@pytest.mark.parametrize("text", COUNTS)
def test_words_are_counted_in_any_script(text):
    assert count(text) == len(positions(text)) == COUNTS[text]


def test_no_letter_and_no_mark_is_outside_of_a_word():
    blocks = [range(0xC0, 0x600), range(0x600, 0x700), range(0x900, 0xF00), range(0x3041, 0x3097)]
    for code in (code for block in blocks for code in block):
        letter = chr(code)
        if unicodedata.category(letter)[0] == "L":
            assert positions(letter) == [(0, 1)], hex(code)
        elif unicodedata.category(letter) in ("Mn", "Mc"):
            assert positions(f"a{letter}b") in ([(0, 3)], [(0, 2), (2, 3)]), hex(code)
