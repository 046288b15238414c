"""Two English words → how they are related, after a table made of WordNet 3.0 (app/lexicon.txt.gz).

The table holds the words that people used in WordNet's own tagged texts, each with its commonest senses;
training/lexicon.py makes it.
"""

import gzip
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from typing import Literal

Relation = Literal["same", "derived", "broader", "narrower", "opposite", "sister", ""]

_IRREGULAR = {
    "rose": "rise", "risen": "rise", "fell": "fall", "fallen": "fall", "said": "say", "told": "tell",
    "won": "win", "lost": "lose", "grew": "grow", "grown": "grow", "shrank": "shrink", "began": "begin",
    "begun": "begin", "bought": "buy", "sold": "sell", "brought": "bring", "came": "come", "went": "go",
    "gone": "go", "did": "do", "done": "do", "drove": "drive", "driven": "drive", "felt": "feel",
    "fought": "fight", "found": "find", "flew": "fly", "flown": "fly", "forgot": "forget", "gave": "give",
    "given": "give", "got": "get", "had": "have", "heard": "hear", "held": "hold", "kept": "keep",
    "drew": "draw", "drawn": "draw", "knew": "know", "known": "know", "led": "lead", "left": "leave",
    "lent": "lend", "made": "make",
    "meant": "mean", "met": "meet", "paid": "pay", "ran": "run", "saw": "see", "seen": "see", "sent": "send",
    "shot": "shoot", "showed": "show", "shown": "show", "sank": "sink", "sunk": "sink", "sought": "seek",
    "spent": "spend", "spoke": "speak", "spoken": "speak", "stole": "steal", "stolen": "steal",
    "stood": "stand", "struck": "strike", "swept": "sweep", "taken": "take", "took": "take",
    "taught": "teach", "thought": "think", "threw": "throw", "thrown": "throw", "understood": "understand",
    "woke": "wake", "wore": "wear", "wrote": "write", "written": "write", "men": "man", "women": "woman",
    "children": "child", "people": "person", "lives": "life", "wives": "wife", "better": "good",
    "best": "good", "worse": "bad", "worst": "bad", "built": "build", "caught": "catch", "chose": "choose",
    "chosen": "choose", "died": "die", "dying": "die", "dead": "die", "denied": "deny", "broke": "break",
    "broken": "break", "hid": "hide", "hidden": "hide", "slept": "sleep", "fled": "flee", "bore": "bear",
    "born": "bear", "laid": "lay", "lay": "lie", "dealt": "deal", "ate": "eat", "eaten": "eat",
    "beaten": "beat", "overcame": "overcome", "withdrew": "withdraw", "withdrawn": "withdraw",
    "halved": "halve", "halving": "halve", "fastest": "fast", "faster": "fast", "slower": "slow",
}  # fmt: skip
_MEASURES_WORDS = """
    km/kilometre kms/kilometre kilometer/kilometre kilometers/kilometre m/metre meter/metre
    meters/metre cm/centimetre centimeter/centimetre centimeters/centimetre centimetres/centimetre
    mm/millimetre millimeter/millimetre millimeters/millimetre millimetres/millimetre ft/foot
    feet/foot miles/mile mi/mile kg/kilogram kgs/kilogram kilo/kilogram kilos/kilogram lb/pound
    lbs/pound oz/ounce litres/litre liter/litre liters/litre kmh/kph mins/minute hrs/hour
    secs/second yrs/year
"""
# Abbreviated measures, and plurals that the endings would spoil, are irregular too.
_IRREGULAR |= dict(pair.split("/") for pair in _MEASURES_WORDS.split())
# (ending, what stands in its place), the likeliest first; a form counts only when the table knows it.
_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("sses", "ss"), ("es", ""), ("es", "e"), ("s", ""), ("ed", ""), ("ed", "e"),
    ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"), ("est", ""), ("est", "e"), ("ier", "y"),
    ("iest", "y"), ("ly", ""), ("'s", ""), ("’s", ""),
)  # fmt: skip
_DEPTH = 2
# Opposites of news that the table has not, and prefixes that turn a word round.
_OPPOSED_WORDS = """
    higher/lower approve/reject approve/deny confirm/deny admit/deny support/oppose support/reject
    accept/refuse accept/reject raise/cut increase/cut increase/reduce rise/drop rise/decline
    gain/loss profit/loss expand/shrink improve/worsen include/exclude arrest/release convict/acquit
    hire/fire ban/allow survive/die minimum/maximum buy/sell buyer/seller upgrade/downgrade
    victory/defeat win/lose crowded/secluded strengthen/weaken grow/shrink create/eliminate
    succeed/fail enter/leave start/end praise/criticize praise/criticise optimistic/pessimistic
    surplus/deficit double/halve double/triple double/treble double/quadruple triple/halve treble/halve
    triple/quadruple treble/quadruple quadruple/halve slow/accelerate slow/quicken pass/reject pass/fail
    bigger/smaller larger/smaller greater/smaller older/younger older/newer longer/shorter taller/shorter
    stronger/weaker richer/poorer warmer/cooler hotter/colder earlier/later heavier/lighter add/shed
    gain/lose ease/tighten ease/worsen confirm/reject approve/block uphold/overturn beat/miss impose/lift
    hire/sack detain/free praise/condemn current/former faster/slower sharply/slightly
    narrowly/overwhelmingly
"""
_UPWARD = ["rise", "climb", "jump", "surge", "soar", "rally", "rebound"]
_DOWNWARD = ["fall", "drop", "slide", "slip", "tumble", "plunge", "plummet", "sink", "decline", "dip"]
_OPPOSED_PAIRS = [*(pair.split("/") for pair in _OPPOSED_WORDS.split()), *product(_UPWARD, _DOWNWARD)]
OPPOSED = frozenset((a, b) for a, b in map(sorted, _OPPOSED_PAIRS))
_TURNED = ("un", "in", "im", "ir", "il", "non", "non-", "dis", "sub", "anti-")
_TURNED_PAIRS = (("pre-", "post-"), ("on-", "off-"), ("pro-", "anti-"), ("low-", "high-"))
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Table:
    """Words' senses, commonest first; the senses above each; opposites and derived words, in order."""

    senses: dict[str, frozenset[int]]
    parents: dict[int, frozenset[int]]
    opposites: frozenset[tuple[str, str]]
    derived: frozenset[tuple[str, str]]


@cache
def table() -> Table:
    """Return the packaged table, read once."""
    packed = files("app").joinpath("lexicon.txt.gz").read_bytes()
    words, above, against, derived = gzip.decompress(packed).decode().split("\n\n")
    return Table(
        senses={w: _numbers(s) for w, s in (line.split(" ") for line in words.splitlines())},
        parents={int(n): _numbers(p) for n, p in (line.split(" ") for line in above.splitlines())},
        opposites=_pairs(against),
        derived=_pairs(derived),
    )


def _numbers(listed: str) -> frozenset[int]:
    return frozenset(map(int, listed.split(",")))


def _pairs(listed: str) -> frozenset[tuple[str, str]]:
    return frozenset((a, b) for a, b in (line.split(" ") for line in listed.splitlines()))


def is_known(word: str) -> bool:
    """Tell whether the table has a lower-case word or the one that it is a form of."""
    return word in table().senses or lemma(word) in table().senses


@lru_cache(maxsize=50_000)
def lemma(word: str) -> str:
    """Return the dictionary form of a lower-case word, the word itself where the table has none."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    known = table().senses
    if word in known and not word.endswith(("ed", "ing", "s")):
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            stem = word[: -len(ending)] + instead
            if stem in known:
                return stem
            if len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in known:
                return stem[:-1]
    return word


@lru_cache(maxsize=100_000)
def relation(claim: str, source: str) -> Relation:
    """Return what the claim's word is to the source's, both lemmas; "" for none.

    "broader" is a claim that says less ("vehicle" for "car"), "sister" another of the same kind
    ("brother" for "sister").
    """
    if claim == source:
        return "same"
    known = table()
    pair = (claim, source) if claim < source else (source, claim)
    if pair in known.opposites or pair in OPPOSED or _turned(claim, source) or _turned(source, claim):
        return "opposite"
    if pair in known.derived:
        return "derived"
    ours, theirs = known.senses.get(claim), known.senses.get(source)
    if not ours or not theirs:
        return ""
    if ours & theirs:
        return "same"
    if ours & _above(theirs):
        return "broader"
    if theirs & _above(ours):
        return "narrower"
    above = known.parents
    return (
        "sister"
        if any(above.get(a, frozenset()) & above.get(b, frozenset()) for a in ours for b in theirs)
        else ""
    )


def _turned(one: str, other: str) -> bool:
    """Tell whether a prefix makes one word the other's opposite."""
    if len(other) >= _SHORTEST and any(one == prefix + other for prefix in _TURNED):
        return True
    return any(
        one.startswith(a) and other.startswith(b) and one[len(a) :] == other[len(b) :]
        for a, b in _TURNED_PAIRS
    )


def opposites(word: str) -> list[str]:
    """Return the words that are the opposite of a lemma."""
    return sorted(b if a == word else a for a, b in table().opposites if word in (a, b))


def synonyms(word: str) -> list[str]:
    """Return the words whose commonest sense is the lemma's too."""
    senses = table().senses
    first = min(senses.get(word, ()), default=-1)
    return sorted(other for other, theirs in senses.items() if first in theirs and other != word)


def _above(senses: frozenset[int]) -> frozenset[int]:
    above, found, level = table().parents, frozenset[int](), senses
    for _ in range(_DEPTH):
        level = frozenset().union(*(above.get(sense, frozenset()) for sense in level))
        found |= level
    return found
