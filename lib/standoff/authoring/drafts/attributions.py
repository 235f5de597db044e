"""Attributions: who says what, found from reporting verbs and nouns without a parser.

A rule looks at one sentence: a verb of the lexicon, what stands before and behind it, and where a
noun phrase that can speak begins and ends. English only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ...annotation.model import Fragments
from .cues import nouns, verbs, word_list
from .proposal import Proposal
from .tokens import Token, sentences

__all__ = ["ATTRIBUTION_RULES", "propose_attributions"]

# rules by trust, the most reliable first
ATTRIBUTION_RULES = (
    "direct speech with a cue",
    "according to",
    "a reporting verb with that",
    "a clause, then a reporting verb",
    "a reporting verb with a clause",
    "a noun of saying with that",
    "a passive without a source",
    "a verb that takes what is said as its object",
)
DIRECT, ACCORDING, THAT, BEHIND, BARE, NOUN, PASSIVE, OBJECT = ATTRIBUTION_RULES

PRONOUNS, DETERMINERS = word_list("pronouns"), word_list("determiners")
FORMS_OF_BE, HELPERS, ADVERBS = word_list("forms_of_be"), word_list("helpers"), word_list("adverbs")
PREPOSITIONS, CONJUNCTIONS = word_list("prepositions"), word_list("conjunctions")
LEADS, CUTS = word_list("leads"), word_list("cuts")
TELL, PLAIN, NOUNS_TOO = word_list("tell"), word_list("plain"), word_list("nouns_too")
NOT_BEFORE = (DETERMINERS - {"this", "that", "these", "those", "some", "any"}) | {"to", "of"}
LINKS = frozenset(("that", "whether", "how", "if"))
ENDS = frozenset((".", "!", "?", "…", "...", ";"))
DASHES = frozenset(("—", "–", "--", "-"))
LONGEST_PHRASE = 30  # tokens of a noun phrase
NEAR_THAT = 7  # tokens between a verb and its "that"


Part = tuple[int, int]  # the places of tokens: the first, and the one after the last
Said = tuple[Part | None, tuple[Part, ...]]  # a source, if there is one, and the content


class Found(NamedTuple):
    """An attribution by the places of its tokens."""

    rule: str
    cue: Part
    source: Part | None
    content: tuple[Part, ...]


@dataclass
class Verb:
    """A form of a verb in a sentence: its place, where its verb group begins, and its classes."""

    at: int
    begin: int
    classes: set[str]
    is_passive: bool

    @property
    def end(self) -> int:
        """The place after it."""
        return self.at + 1

    @property
    def cue(self) -> Part:
        """The verb group."""
        return self.begin, self.end


def propose_attributions(text: str, zones: Iterable[tuple[int, int]]) -> Iterator[Proposal]:
    """Yield attributions of some zones of a text, with source, cue, content and, of direct speech,
    its kind.

    >>> text = "Grey said that the strike was over."
    >>> [one] = propose_attributions(text, [(0, len(text))])
    >>> [text[slice(*one.roles[role][0])] for role in ("Source", "Content")]
    ['Grey', 'the strike was over']
    """
    for zone in zones:
        own = list(sentences(text, *zone))
        for number, tokens in enumerate(own):
            following = own[number + 1] if number + 1 < len(own) else []
            for found in _Sentence(tokens).attributions():
                yield _proposal(found, tokens, following)


def _proposal(found: Found, tokens: list[Token], following: list[Token]) -> Proposal:
    """An attribution in code points; direct speech goes on in a sentence that is all quotation."""

    def place(part: Part) -> Part:
        return tokens[part[0]].start, tokens[part[1] - 1].end

    content = [place(part) for part in found.content]
    attributes = {}
    if all(tokens[first].is_quotation and last == first + 1 for first, last in found.content):
        attributes["Kind"] = "direct"
        if len(following) == 1 and following[0].is_quotation and found.rule == DIRECT:
            content.append((following[0].start, following[0].end))
    roles: dict[str, Fragments] = {}
    if found.source:
        roles["Source"] = (place(found.source),)
    roles["Content"] = tuple(sorted(content))
    return Proposal("Attribution", (place(found.cue),), found.rule, attributes, roles)


class _Sentence:
    """The tokens of a sentence, and the attributions that rules find in it."""

    def __init__(self, tokens: list[Token]):
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self._source: Part | None = None  # of the attribution before
        self.last = len(tokens)
        while self.last and self.words[self.last - 1] in ENDS:
            self.last -= 1

    def attributions(self) -> Iterator[Found]:
        """Yield at most one attribution for each cue."""
        for at, word in enumerate(self.words):
            if word == "according" and self._word(at + 1) == "to":
                found = self._according(at)
            elif word in nouns() and self._word(at + 1) == "that":
                found = self._noun(at)
            elif word in verbs() and (at == 0 or not self.tokens[at].is_capital):
                found = self._verb(self._group(at))
            else:
                continue
            if found and all(first < last for first, last in found.content):
                self._source = found.source
                yield found

    def _word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else "."

    def _is_quotation(self, at: int) -> bool:
        return 0 <= at < len(self.tokens) and self.tokens[at].is_quotation

    def _group(self, at: int) -> Verb:
        """A verb with the helpers and adverbs before it."""
        begin, is_passive = at, False
        while begin and self._is_helper(self.words[begin - 1]):
            begin -= 1
            is_passive = is_passive or self.words[begin] in FORMS_OF_BE
        is_passive = is_passive and not self.words[at].endswith("ing")
        return Verb(at, begin, verbs()[self.words[at]], is_passive)

    @staticmethod
    def _is_helper(word: str) -> bool:
        return word in HELPERS or word in FORMS_OF_BE or word in ADVERBS or word.endswith("ly")

    # --- rules ---

    def _verb(self, verb: Verb) -> Found | None:
        """The attribution of a verb by the first rule that fits."""
        if verb.is_passive:
            return self._passive(verb)
        before_it = self._word(verb.begin - 1)
        if self.words[verb.at] in NOUNS_TOO and not self._is_subject(verb.begin - 1):
            return None
        if before_it in NOT_BEFORE or before_it.endswith(("'s", "s'")):
            return None
        before = self._before(verb.begin)
        is_participle = self.words[verb.at].endswith("ing") and before_it in (",", "by", "in")
        if is_participle or before_it in ("and", "but"):
            before = self._source or (None if is_participle else before)
        rules = (  # each with the classes of the lexicon whose verbs it takes
            (DIRECT, ("say", "quote"), self._direct),
            (THAT, ("say", "that"), self._that),
            (BEHIND, ("say",), self._behind),
            (BARE, ("say",), self._bare),
            (OBJECT, ("clause",), self._object),
        )
        for name, classes, rule in rules:
            said = None if verb.classes.isdisjoint(classes) else rule(verb, before)
            if said is not None:
                return Found(name, verb.cue, *said)
        return None

    def _is_subject(self, at: int) -> bool:
        """Whether a token is a pronoun, a name, or a helper behind one."""
        if at < 0:
            return False
        return (
            self.words[at] in PRONOUNS
            or self.tokens[at].is_capital
            or self._is_helper(self.words[at])
        )

    def _direct(self, verb: Verb, before: Part | None) -> Said | None:
        """A quotation beside subject and verb, in either order."""
        behind = self._quotation_after(verb.end)
        if before and (quoted := self._quotation_before(before[0])):
            return before, (quoted, *behind)
        after = self._after(verb.end)
        if after and (quoted := self._quotation_before(verb.begin)):
            return after, (quoted, *self._quotation_after(after[1]))
        if before and behind and behind[0][1] == self.last:
            return before, behind
        return None

    def _quotation_before(self, at: int) -> Part | None:
        """The quotation that ends before a token, if nothing else stands before it."""
        at -= self._word(at - 1) in (",", "-", "—", "–")
        return (at - 1, at) if self._is_quotation(at - 1) else None

    def _quotation_after(self, at: int) -> tuple[Part, ...]:
        """The quotation that begins at a token, after a comma or colon, or a few words and one."""
        for place in range(at, min(at + 9, len(self.tokens))):
            if self._is_quotation(place):
                return ((place, place + 1),)
            if self.words[place] in CONJUNCTIONS or self.words[place] in verbs():
                break
        return ()

    def _that(self, verb: Verb, before: Part | None) -> Said | None:
        """A verb, perhaps a few words, and "that" with a clause."""
        if before is None:
            return None
        for at in range(verb.end, min(verb.end + NEAR_THAT, self.last)):
            if self.words[at] in LINKS and (self.words[at] == "that" or at == verb.end):
                begin = at + (self.words[at] == "that")
                return before, ((begin, self._end(begin)),)
            if not self.tokens[at].is_word or self.words[at] in CONJUNCTIONS:
                break
        return None

    def _behind(self, verb: Verb, before: Part | None) -> Said | None:
        """A clause, a comma, then subject and verb in either order; the clause may go on."""
        source, after = before, self._after(verb.end)
        if before and self._follows_clause(before[0]):
            start, end = before[0], verb.end
        elif after and self._follows_clause(verb.begin):
            source, start, end = after, verb.begin, after[1]
        else:
            return None
        end = self._skip_adverbial(end)
        if end >= self.last:
            return source, ((0, start - 1),)
        if self._word(end) == "," and self.last - end > 2:
            return source, ((0, start - 1), (end + 1, self.last))
        return None

    def _follows_clause(self, at: int) -> bool:
        return at >= 2 and self._word(at - 1) == ","

    def _skip_adverbial(self, at: int) -> int:
        """Where words such as "on Sunday" or "in a statement" end."""
        end = at
        if self._word(at) in PREPOSITIONS or (at < self.last and self.tokens[at].is_capital):
            while end < self.last and self.tokens[end].is_word and end - at < 8:
                end += 1
        return end

    def _bare(self, verb: Verb, before: Part | None) -> Said | None:
        """A verb with a clause that no word introduces."""
        begin = verb.end
        if before is None or begin >= self.last:
            return None
        if self.words[verb.at] in TELL:
            begin = next(
                (at for at in range(begin + 1, min(begin + 6, self.last)) if self._opens(at)), begin
            )
        if not self._is_clause(verb, begin):
            return None
        return before, ((begin, self._end(begin)),)

    def _is_clause(self, verb: Verb, begin: int) -> bool:
        """Whether what begins at a token is likely to be a clause."""
        if self.words[verb.at] in PLAIN:
            token, word = self.tokens[begin], self.words[begin]
            is_open = token.is_quotation or word not in PREPOSITIONS | CONJUNCTIONS
            return is_open and (token.is_word or token.is_quotation) and self.last - begin > 2
        return self._opens(begin) and self._has_verb(begin)

    def _end(self, begin: int) -> int:
        """Where a clause ends: before a comma and "but" or the like, else with the sentence."""
        for at in range(begin + 3, self.last - 1):
            if self.words[at] == "," and self.words[at + 1] in CUTS:
                return at
        return self.last

    def _opens(self, at: int) -> bool:
        """Whether a clause can begin at a token."""
        token = self.tokens[at]
        word = token.word
        if not token.is_word or word in PREPOSITIONS or word in CONJUNCTIONS:
            return False
        bare = word.split("'")[0]
        return bare in PRONOUNS or word in DETERMINERS or bare == "there" or token.is_capital

    def _has_verb(self, at: int) -> bool:
        """Whether a finite verb follows soon."""
        rest = self.words[at + 1 : at + 14]
        return any(
            word in FORMS_OF_BE or word in HELPERS or word in verbs() or word.endswith("ed")
            for word in rest
        )

    def _object(self, verb: Verb, before: Part | None) -> Said | None:
        """A verb of criticism, support or intention; what it is about is the content."""
        begin = verb.end
        if before is None or begin + 1 >= self.last:
            return None
        if not (self.tokens[begin].is_word or self.tokens[begin].is_quotation):
            return None
        end = begin
        while end < self.last and self.words[end] not in (",", ";", "—", "--", "while", "but"):
            end += 1
        return before, ((begin, end),)

    def _passive(self, verb: Verb) -> Found | None:
        """ "It was claimed that": words without a named source."""
        is_impersonal = self._word(verb.begin - 1) == "it" and self._word(verb.end) == "that"
        if not is_impersonal or verb.classes.isdisjoint(("say", "that")):
            return None
        return Found(PASSIVE, verb.cue, None, ((verb.end + 1, self.last),))

    def _according(self, at: int) -> Found | None:
        """ "According to" and its source, before or behind what is said."""
        source = self._after(at + 2, follow=True)
        if source is None:
            return None
        end = source[1]
        content = (0, at - (self._word(at - 1) == ","))
        if at < 2:
            content = (end + (self._word(end) == ","), self.last)
        return Found(ACCORDING, (at, at + 2), source, (content,))

    def _noun(self, at: int) -> Found | None:
        """ "Her claim that": the source is the possessive before the noun."""
        begin = at
        while begin and self.tokens[begin - 1].is_word and at - begin < 3:
            begin -= 1
            word, first = self.words[begin], begin
            if word.endswith(("'s", "s'")):
                first = self._phrase_begin(begin + 1)
            elif word not in ("his", "her", "their", "its", "my", "our"):
                continue
            return Found(NOUN, (at, at + 1), (first, begin + 1), ((at + 2, self.last),))
        return None

    # --- noun phrases ---

    def _before(self, end: int) -> Part | None:
        """The noun phrase that ends before a token, with an apposition between commas."""
        if end <= 0:
            return None
        if self.words[end - 1] in PRONOUNS and self.words[end - 1] != "who":
            return end - 1, end
        sign = self.words[end - 1]
        if sign in ("who", ",") or sign in DASHES:
            stop = end - 1
            commas = [
                at for at in range(max(stop - LONGEST_PHRASE, 1), stop) if self.words[at] == sign
            ]
            if sign == "who":
                stop -= self._word(stop - 1) == ","
                commas = [stop]
            if not commas:
                return None
            begin = self._phrase_begin(commas[-1])
            return (begin, stop) if begin < commas[-1] else None
        begin = self._phrase_begin(end)
        return (begin, end) if begin < end else None

    def _phrase_begin(self, end: int) -> int:
        """Where the noun phrase that ends before a token begins; `end` if there is none."""
        begin = end
        while begin and end - begin < LONGEST_PHRASE and self._continues(begin - 1):
            begin -= 1
        while begin < end and self.words[begin] in LEADS | ADVERBS:
            begin += 1
        if begin < end and self.words[begin] in PREPOSITIONS:
            begin = max((at for at in range(begin + 1, end) if self._starts_name(at)), default=end)
        return begin

    def _starts_name(self, at: int) -> bool:
        """Whether a name or a determiner begins at a token."""
        before = self.tokens[at - 1]
        return self.words[at] in DETERMINERS or (
            self.tokens[at].is_capital and not before.is_capital
        )

    def _continues(self, at: int) -> bool:
        """Whether a noun phrase can go through a token."""
        word, token = self.words[at], self.tokens[at]
        if word == "and":
            return self._word(at - 1) not in (",", ".") and at + 1 < len(self.tokens)
        is_verb = word in FORMS_OF_BE or word in HELPERS
        return token.is_word and word not in CONJUNCTIONS and not is_verb and word not in PRONOUNS

    def _after(self, begin: int, follow: bool = False) -> Part | None:
        """The noun phrase that begins at a token, with an apposition behind a comma.

        `follow` says that prepositions may be part of it.
        """
        if begin >= self.last or not self.tokens[begin].is_word:
            return None
        if self.words[begin] in PRONOUNS - DETERMINERS:
            return begin, begin + 1
        if self.words[begin] in PREPOSITIONS or self.words[begin] in CONJUNCTIONS:
            return None
        end = self._phrase_end(begin, follow)
        if self._word(end) == "," and end + 1 < self.last and not follow:
            following = self.tokens[end + 1]
            is_apposition = following.word in ("a", "an", "the", "who", "his", "her", "its")
            if is_apposition:
                end = self._phrase_end(end + 1, True)
        return (begin, end) if end > begin else None

    def _phrase_end(self, begin: int, follow: bool) -> int:
        """Where the noun phrase that begins at a token ends."""
        end = begin
        while end < self.last and end - begin < LONGEST_PHRASE and self.tokens[end].is_word:
            word = self.words[end]
            if word in CONJUNCTIONS and not (word == "and" and self._joins_names(end)):
                break
            if word in PREPOSITIONS and not follow:
                break
            end += 1
        return end

    def _joins_names(self, at: int) -> bool:
        return at + 1 < self.last and self.tokens[at + 1].is_capital
