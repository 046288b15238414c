"""A claim matched with its evidence in, what it tells as done and its source as planned or alleged out.

The difference is the one between the classes of FactBank (Saurí and Pustejovsky, 2009); words before the verb
tell it here.
"""

import re
from collections.abc import Iterator

from app.finding import Finding, finding
from app.matching import Match
from app.wording import Word, Wording

_MODALS = frozenset({"will", "would", "could", "may", "might"})
# "Plans to buy": before "to" these tell what is not yet done.
_TO_DO_WORDS = """
    plan plans planned planning want wants wanted hope hopes hoped intend intends intended threaten threatens
    threatened expected set due poised likely tried tries try trying attempted attempting seek seeks sought
    seeking agreed agrees vowed vows promised promises pledged pledges proposed proposes aim aims aimed
    scheduled preparing prepares prepared
"""
_TO_DO = frozenset(_TO_DO_WORDS.split())
_CHARGES = {"accused": "of", "suspected": "of", "charged": "with"}
_ALLEGED = frozenset({"alleged", "allegedly", "if", "unless", "whether"})
_HEDGES = _MODALS | _TO_DO | _ALLEGED | set(_CHARGES) | {"plotted", "potential", "possible", "reportedly"}
# Past tenses that look like the infinitive.
_UNCHANGED_WORDS = "cut hit put set shut quit let cost spread beat bid hurt burst cast"
_UNCHANGED = frozenset(_UNCHANGED_WORDS.split())


def factuality(match: Match) -> Iterator[Finding]:
    """Yield the first deed that the claim tells as done and that every source tells as not, or not yet."""
    if _HEDGES & {word.lower for word in match.claim.words if word.kind != "date"}:
        return
    for word, places in zip(match.content, match.places, strict=True):
        if word.kind != "word" or not _is_past(word) or _follows_to(match.claim, word):
            continue
        told = {(n, at): _lead(match.sources[n], at) for n, found in places.items() for at in found}
        chosen = [(n, at, lead) for (n, at), lead in told.items() if lead and n in match.chosen]
        if chosen and all(told.values()):
            n, at, lead = chosen[0]
            said = match.sources[n]
            claimed = match.claim.text[word.start : word.end]
            yield finding("other", claimed, said.text[lead.start : said.words[at].end])
            return


def _is_past(word: Word) -> bool:
    return word.lower in _UNCHANGED or (word.lower != word.lemma and not word.lower.endswith(("ing", "s")))


def _follows_to(said: Wording, word: Word) -> bool:
    return next((one.lower == "to" for one in said.before(word.start)), False)


def _lead(said: Wording, at: int) -> Word | None:
    """Return the word that tells that what words[at] says is not a fact, None for none."""
    is_adverb = at > 0 and said.words[at - 1].kind == "word" and said.words[at - 1].lower.endswith("ly")
    end = said.words[at].start
    for place in range(at - 1, -1, -1):
        word = said.words[place]
        if re.search(r"[,;:.]", said.text[word.end : end]):
            return None
        end = word.start
        following = said.words[place + 1].lower
        is_modal = word.lower in _MODALS and word.kind != "date"
        if is_modal or word.lower in _ALLEGED or _CHARGES.get(word.lower) == following:
            return word
        if word.lower in _TO_DO and following == "to":
            return word
        if word.kind in ("word", "name", "number", "date") and not (is_adverb and place == at - 1):
            return None
    return None
