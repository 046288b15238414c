"""Text in, its noun phrases out, without a tagger: runs of words that are neither function words nor verbs.

Good enough to say what a question is about; English only, as the rewriting that uses it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

_WORD = re.compile(r"[^\W_]+(?:['’.&/+-][^\W_]+)*")
_DETERMINER_WORDS = "a an the my your our his her its their this that these those some any no every"
# Pronouns, question words, auxiliaries, prepositions, conjunctions, adverbs, courtesies, and the adjectives
# that say nothing of a topic.
_FUNCTION_WORDS = """
    i me you he him she it we us they them mine yours ours theirs himself herself itself themselves myself
    yourself who whom whose what which when where why how whether one ones other others another else such
    somebody someone something anybody anyone anything everybody everyone everything nobody nothing none both
    either neither each all many much more most few fewer less least several enough own same different
    am is are was were be been being do does did doing done have has had having will would shall should can
    could may might must ought cannot isn't aren't wasn't weren't don't doesn't didn't won't wouldn't
    shouldn't can't couldn't haven't hasn't hadn't let's i'm i've i'd i'll you're you've it's that's they're
    we're there's what's who's he's she's how's where's here's isnt arent dont doesnt didnt cant wont
    about above across after against along among around as at before behind below beside besides between
    beyond but by despite down during except for from in inside into like near of off on onto out outside
    over past per since than through throughout till to toward towards under until up upon versus via vs
    with within without and or nor so if because although though while whereas unless then
    not also just only even still too very really quite rather again already always never ever often
    sometimes usually maybe perhaps now here there today yet soon later once instead away back together
    otherwise however therefore well actually anyway yes no ok okay oh wow cool great awesome interesting
    thanks thank please sorry hi hello hey hmm agreed woah deep sure right fine oops next new old good better
    best bad worse worst main major important big bigger biggest large larger largest small first second
    third last latest able likely certain possible true real exactly long far high low little lot lots bit
    kind sort type available expensive cheap cheaper cheapest similar popular basic common typical extinct
    mandatory legal safe free due correct native easy hard difficult useful recent special specific exact
    famous early late
"""
# Verbs of questions; behind a determiner they are nouns ("the cost", "does it cost").
_VERB_WORDS = """
    accept achieve act add affect afford agree allow answer appear apply arrive ask assume attract avoid be
    bear become begin believe belong bring build bury buy call care carry catch cause change charge check
    choose claim come compare compete complete configure connect consider contact contain continue contribute
    cook cost count cover create cut deal decide define delete depend derive describe design determine develop
    die differ discover discuss do drink drive drop earn eat elaborate enable end enter establish evolve exist
    expand expect explain explore face fail fall feel fight file fill find finish fit fix follow force found
    generate get give go grow happen hate have hear help hold hope identify imagine impact improve include
    increase influence inform intend introduce invent invest involve join keep kill know land last launch lead
    learn leave let lie like list listen live locate look lose love maintain make manage mean measure meet
    migrate miss mix move name need notice occur offer open operate order own pass pay perform pick plan play
    point post prefer prepare prevent produce promise protect prove provide publish pull put raise reach read
    receive recommend reduce refer relate release rely remain remember remind remove repair replace report
    represent require reset resolve respond return rise rotate run save say score secure see seem sell send
    serve set share show sing sit sleep solve sound speak specify spend stand start state stay steal stop
    study submit suggest support suppose survive take talk teach tell test think tie travel treat trust try
    turn understand update use view visit wait walk want wash watch wear win wonder work worry write
    born took went gone came made did done said told got gave given known knew thought seen saw built bought
    brought sold sent spent held kept left led lost meant met paid ran sat shot spoke spoken stood taught
    understood won written wrote began begun became chosen chose fell fallen felt flew grew heard
    accuse announce appoint approve arrest ban beat convict defeat elect reject resign sign threaten vow warn
    interested worried planning going dealing moving
"""
# Said of anything: "the effects of climate change" is about climate change.
_GENERIC_WORDS = """
    advantage alternative amount approach area aspect basis benefit case cause challenge characteristic
    concept condition consequence cost country day detail difference disadvantage effect example fact factor
    feature form function goal group history idea impact importance improvement influence information issue
    item kind level list matter meaning member method month name need number option origin part people
    percentage person place point price pricing problem process program project purpose question reason
    relationship result role rule sense side sign similarity situation solution something source stage step
    story symptom system term thing time tip topic type use value version way week word work world year
"""
# Known by what they are or do rather than by a name.
_PERSON_WORDS = """
    actor actress artist athlete author boy brother captain ceo chairman chancellor child coach daughter
    director doctor emperor father founder girl governor husband judge king lawyer leader man mayor minister
    mom mother mum officer patient player pope president prince princess queen secretary senator singer sister
    son speaker student teacher wife winner woman writer
"""
_AUXILIARY_WORDS = """
    do does did can could will would shall should may might must don't doesn't didn't can't won't
"""
_SUBJECTS = frozenset(("i", "you", "he", "she", "it", "we", "they"))
_DETERMINERS = frozenset(_DETERMINER_WORDS.split())
_FUNCTION = _DETERMINERS | frozenset(_FUNCTION_WORDS.split())
_VERBS = frozenset(_VERB_WORDS.split())
_GENERIC = frozenset(_GENERIC_WORDS.split())
_PERSONS = frozenset(_PERSON_WORDS.split())
_AUXILIARIES = frozenset(_AUXILIARY_WORDS.split())
_PREPOSITIONS = frozenset(("of", "about", "on", "for", "with", "against", "by"))
_LINK = re.compile(r"\s+of(?:\s+(?:the|an?))?\s+", re.IGNORECASE)
_QUOTES = " \t\n\"'“”‘’"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A noun phrase without its determiner; `determiner` is what stood before it, in lower case, or "".

    `start` and `end` are its span in the text it was found in.
    """

    text: str
    start: int
    end: int
    determiner: str
    is_name: bool

    @property
    def head(self) -> str:
        """The word that says what it is, in lower case: the last one before "of"."""
        return re.split(r" of\b", self.text, maxsplit=1)[0].split()[-1].lower()

    @property
    def is_plural(self) -> bool:
        return singular(self.head) != self.head

    @property
    def is_person(self) -> bool:
        """Whether it may be a person: two or three capitals, or what persons are called."""
        words = self.text.split()
        return (self.is_name and 2 <= len(words) <= 3 and all(w[0].isupper() for w in words)) or singular(
            self.head
        ) in _PERSONS

    @property
    def is_generic(self) -> bool:
        """Whether it says nothing of a topic."""
        return all(is_empty(word) for word in self.text.lower().split())

    def core(self) -> "Phrase":
        """Return what it is about: "climate change" of "effects of climate change"."""
        one = self
        owned = re.fullmatch(r"(.+?)(?:['’]s|(?<=s)['’])\s+(.+)", one.text)
        if owned and all(is_empty(word) for word in owned[2].lower().split()):
            one = replace(one, text=owned[1])
        while " of " in one.text:
            head, rest = one.text.split(" of ", 1)
            if not all(is_empty(word) for word in head.lower().split()):
                break
            one = replace(one, text=re.sub(r"^(?:the|an?) ", "", rest))
        return one


def singular(word: str) -> str:
    """Return a noun's singular, by rule."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s")):
        return word[:-1]
    return word


def is_function(word: str) -> bool:
    """Tell whether a word, in lower case, belongs to the grammar rather than to a topic."""
    return word in _FUNCTION


def is_verb(word: str) -> bool:
    """Tell whether a word, in lower case, is a form of a verb that questions use."""
    if word in _VERBS:
        return True
    for ending in ("ing", "ed", "es", "s", "d"):
        stem = word.removesuffix(ending)
        if stem != word and (
            {stem, stem + "e"} & _VERBS or (stem[-1:] == stem[-2:-1] and stem[:-1] in _VERBS)
        ):
            return True
    return False


def words(text: str) -> list[str]:
    """Return the words in order, in lower case."""
    return [word[0].lower().replace("’", "'") for word in _WORD.finditer(text)]


def substance(text: str) -> list[str]:
    """Return the distinct words that name something: no grammar, no verbs, nothing said of anything."""
    return [
        word
        for word in dict.fromkeys(words(text))
        if not is_function(word) and not is_verb(word) and not is_empty(word)
    ]


def phrases(text: str) -> list[Phrase]:
    """Return the noun phrases in their order; two joined by "of" are one."""
    return _joined(text, [_phrase(text, run, determiner) for run, determiner in _runs(text)])


def is_empty(word: str) -> bool:
    """Tell whether a word, in lower case, says nothing of a topic."""
    return singular(word) in _GENERIC or word in _FUNCTION or word.isdigit()


@dataclass(slots=True)
class _Run:
    """Words that may be a noun phrase.

    `is_subject` where they follow an auxiliary, "does the vote …", `is_object` where a preposition.
    """

    words: list[re.Match[str]] = field(default_factory=list)
    determiner: str = ""
    is_subject: bool = False
    is_object: bool = False

    def ended(self, *, by_verb: bool) -> list[re.Match[str]]:
        """Return its words without the verb that it took for a noun, and without a participle at its end."""
        words = self.words
        if self.is_subject and not by_verb and len(words) > 1 and words[-1][0][0].islower():
            words = words[:-1]
        while words and re.fullmatch(r"[a-z-]{3,}ed", words[-1][0]):
            words = words[:-1]
        return words


def _runs(text: str) -> Iterator[tuple[list[re.Match[str]], str]]:
    """Yield runs of words between function words, verbs and punctuation, each with its determiner."""
    run, before, auxiliary, at = _Run(), "", False, 0
    found = [*_WORD.finditer(text), None]
    lowers = [*words(text), "", ""]
    for i, word in enumerate(found):
        lower = lowers[i]
        verb = word is not None and _is_verb_here(word[0], before, lowers[i + 1], run)
        broken = word is None or bool(text[at : word.start()].strip(_QUOTES))
        named = not broken and bool(run.words) and word is not None and _are_names(run.words[-1][0], word[0])
        stops = word is None or (not named and (verb or lower in _FUNCTION or lower.endswith("ly")))
        if run.words and (broken or stops):
            if held := run.ended(by_verb=verb and not broken):
                yield held, run.determiner
            run = _Run()
        if word is None:
            return
        if broken:
            before, auxiliary = "", False
        if not stops:
            if not run.words:
                run.determiner = before if before in _DETERMINERS else ""
                run.is_subject, auxiliary = auxiliary, False
                run.is_object = before in _PREPOSITIONS
            run.words.append(word)
        elif lower in _AUXILIARIES:
            auxiliary = True
        elif lower not in _DETERMINERS:
            auxiliary = False
        before, at = lower, word.end()


def _is_verb_here(word: str, before: str, after: str, run: _Run) -> bool:
    """Tell whether a word is a verb where it stands; a noun is "the cost", "of climate change"."""
    lower = word.lower()
    if before in _SUBJECTS and word[0].islower():
        return True
    if before in _DETERMINERS or not is_verb(lower):
        return False
    if not run.words:
        return True
    return not (lower.endswith("ing") or (lower in _VERBS and (run.is_object or after in _VERBS)))


def _are_names(one: str, other: str) -> bool:
    return (one[0].isupper() or one[0].isdigit()) and (other[0].isupper() or other[0].isdigit())


def _phrase(text: str, run: list[re.Match[str]], determiner: str) -> Phrase:
    start, end = run[0].start(), run[-1].end()
    if text[start:end].count('"') % 2 and text[end : end + 1] == '"':
        end += 1
    initial = text[:start].rstrip()[-1:] in ("", ".", "!", "?", ":")
    capitals = [word[0][0].isupper() for word in run]
    # A capital at a sentence's start says nothing, unless the word has another one ("NASA").
    is_name = any(capitals[1:]) or (capitals[0] and (not initial or not run[0][0][1:].islower()))
    return Phrase(text=text[start:end], start=start, end=end, determiner=determiner, is_name=is_name)


def _joined(text: str, found: list[Phrase]) -> list[Phrase]:
    joined: list[Phrase] = []
    for one in found:
        last = joined[-1] if joined else None
        if last is None or not _LINK.fullmatch(text, last.end, one.start):
            joined.append(one)
            continue
        joined[-1] = replace(
            last, text=text[last.start : one.end], end=one.end, is_name=last.is_name and one.is_name
        )
    return joined
