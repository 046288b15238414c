"""A follow-up question and the turns before it in, the question as it would be asked alone out.

Rules, no model: a question that says what it is about passes unchanged. docs/decisions/0014-follow-ups.md
says what they gain and where they fail.
"""

import re
from collections.abc import Sequence

from app.antecedents import Context, Turn
from app.phrases import Phrase, is_function, is_verb, phrases, substance, words
from index.lexical import terms

_LONGEST = 2000  # characters; a question may have no more
_LONG = 80  # words; a longer question says itself what it is about
_LEAST_ENGLISH = 0.2  # of the words of question and conversation are English grammar, or nothing is rewritten
# A question with no more words of substance does not stand alone, and takes two topics of the conversation.
_FEW = 2
_CORRECTION = 8  # words; a longer "I meant …" says all itself

_OPENERS = (
    r"(?:(?:oh|ok(?:ay)?|hm+|wow|so|but|and|then|interesting|cool|really|great|yes|no|well|sorry|oops|i see"
    r"|thanks?(?: you)?)\b\W*)*"
)
# Questions of which nothing but the topic is missing.
_BARE = re.compile(
    rf"\W*{_OPENERS}(?:why(?: not| so| is (?:that|this|it))?|how(?: so| come)?|when|where|who|since when"
    r"|by whom|for example|such as|like (?:what|who)|(?:what|who|anything|anyone) else"
    r"|(?:any |some )?(?:more |other )?examples?|go on|continue|so what|and|is that all"
    r"|what(?: happened| happens| comes| came)?(?: next| then| after(?: that| this)?)?"
    r"|(?:(?:can|could|would|will) you )?(?:please )?"
    r"(?:tell me more|say more|be more specific|expand|elaborate|explain|give me an example)"
    r"(?: on)?(?: (?:that|this|it))?(?: more)?(?: in (?:more )?detail)?|more (?:information|details?)"
    r"),?(?: please)?[\s?!.…]*",
    re.IGNORECASE,
)
_MORE = re.compile(r"(?:tell me|say) more(?=[\s.?!…]*$)", re.IGNORECASE)
_WHAT_ABOUT = re.compile(rf"\W*{_OPENERS}(?:what|how) about\b", re.IGNORECASE)
# "I meant Norway": the last question, corrected.
_MEANT = re.compile(
    rf"\W*{_OPENERS}i(?:\s(?:mean|meant)|['’]?\s?(?:m|am|was)\s(?:referring to|talking about|asking about))"
    r"\s+(?P<rest>[^?.!]+?)[\s?.!]*",
    re.IGNORECASE,
)
# "And in 2019?": the last question for another time or place.
_AGAIN = re.compile(
    rf"\W*{_OPENERS}(?:(?:what|how) about\s+)?"
    r"(?P<rest>(?P<preposition>in|on|at|for|during|since|before|after|from|by)\s+(?!wh|how|it|that|this|then|them)[^?.!,]+?)[\s?.!]*",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_ASKS = re.compile(
    r"\W*(?:wh(?:o|om|ose|at|en|ere|y|ich)|how|is|are|was|were|do|does|did|can|could|will|would|has|have|had|should)\b",
    re.IGNORECASE,
)

_PRONOUN = re.compile(
    r"\b(?:its?|they|them|theirs?|he|she|him|his|hers?|this|that|these|those|there)\b(?!['’-])", re.IGNORECASE
)
# "it" that stands for nothing said before: "does it cost much to", "is it true that".
_EXPLETIVE = re.compile(
    r"\bit\b(?=(?:\s+(?:is|was|be|would be|will be|has been))?(?:\s+(?:also|still|really|so|very|just))?"
    r"\s+(?:possible|true|important|better|best|safer?|legal|illegal|necessary|likely|hard|easy|easier|difficult"
    r"|good|bad|ok|okay|worth|means?|costs?|takes?|seems?|sounds?)\b[^?.!]*\b(?:to|that|for|if|like)\b)"
    r"|\bit\b(?=\s+(?:seems|sounds|looks|is time|has been|rain))",
    re.IGNORECASE,
)
# A remark on the last answer, not part of the question.
_REMARK = re.compile(
    r"\W*(?:that|this|it)\b(?:['’]s|\s+(?:is|was|sounds?|seems?|looks?))\b[^?.!]*[.!]", re.IGNORECASE
)
_ONE = re.compile(
    r"\b(?:which|what|the|an?|any|another|other|new|old|first|second|third|last)\s+ones?\b|\bone(?=[\s?.!]*$)",
    re.IGNORECASE,
)
_DEMONSTRATIVE = re.compile(
    r"\b(?:this|that|these|those|such)\s+(?:\w+\s+){0,2}?(?P<noun>\w+)", re.IGNORECASE
)
_CLAUSE = re.compile(r"[.?!,;:]|\b(?:if|when|because|while|although|and|but|so)\b", re.IGNORECASE)
_MODIFIED = re.compile(
    r"\s+(?:of|in|at|on|for|from|behind|between|who|which|that|where|when|to|with|by)\b", re.IGNORECASE
)
# Behind "this" and its like these show that it stands for a thing itself.
_GOES_ON_WORDS = """
    is are was were do does did has have will would can could in for to on at and or from by with than as
"""
_GOES_ON = frozenset(_GOES_ON_WORDS.split())
_EXISTS = re.compile(r"\b(?:is|are|was|were|out|will|be|been|isn['’]t|aren['’]t)\s*$", re.IGNORECASE)
_EXISTING = frozenset(("is", "are", "was", "were", "be", "has", "have", "will", "must"))


def standalone(question: str, turns: Sequence[Turn]) -> str:
    """Return the question with what the turns before it, oldest first, say it is about.

    A question that needs none of them comes back unchanged, and so does one that is not English.
    """
    if not turns or not 0 < len(words(question)) <= _LONG:
        return question
    if not _is_english(f"{turns[-1].question} {question}"):
        return question
    rewritten = _rewritten(question, Context(turns))
    return rewritten if len(rewritten) <= _LONGEST else question


def _is_english(text: str) -> bool:
    held = words(text)
    return sum(map(is_function, held)) >= _LEAST_ENGLISH * max(1, len(held))


def _rewritten(question: str, context: Context) -> str:
    if _BARE.fullmatch(question):
        return _bare(question, context)
    if match := _MEANT.fullmatch(question):
        return _corrected(question, match["rest"], context)
    if (match := _AGAIN.fullmatch(question)) and _ASKS.match(context.last.question):
        return _asked_again(match["rest"], match["preposition"], context)
    found = phrases(question)
    resolved = _resolved(question, found, context)
    if resolved == question:
        return _about(question, context) if _leaves_out(question, found, context) else question
    # "When did the vote take place?" says less than a name would.
    if substance(question) or any(one.is_name for one in phrases(resolved)):
        return resolved
    return _about(resolved, context, most=1)


def _bare(question: str, context: Context) -> str:
    topics = context.topics(question, 1)
    if topics and (match := _MORE.search(question)):
        return f"{question[: match.end()]} about {topics[0]}{question[match.end() :]}"
    return _about(question, context)


def _corrected(question: str, meant: str, context: Context) -> str:
    """Return the last question with what was meant by it."""
    return (
        question if len(meant.split()) > _CORRECTION else f"{_without_end(context.last.question)} ({meant})?"
    )


def _asked_again(rest: str, preposition: str, context: Context) -> str:
    """Return the last question with its year, or its name behind the same preposition, replaced or added."""
    before = _without_end(context.last.question)
    years = _YEAR.findall(rest)
    if years and len(_YEAR.findall(before)) == 1:
        return f"{_YEAR.sub(years[0], before)}?"
    place = re.search(rf"\b{preposition}\s+(?:the\s+)?[A-Z\d][\w’'-]*(?:\s+[A-Z][\w’'-]*)*", before)
    # "in the Turkish earthquake" is no place that another could stand for.
    if place and not years and all(map(is_function, words(before[place.end() :])[:1])):
        return f"{before[: place.start()]}{rest}{before[place.end() :]}?"
    return f"{before} {rest}?"


def _resolved(question: str, found: Sequence[Phrase], context: Context) -> str:
    """Return the question with its first word that points back replaced; unchanged where there is none."""
    passed = [match.span() for pattern in (_EXPLETIVE, _REMARK) for match in pattern.finditer(question)]
    for match in _PRONOUN.finditer(question):
        if any(start <= match.start() < end for start, end in passed):
            continue
        if _is_pronoun(question, match) and not _has_own(question, match, found):
            antecedent = context.antecedent(match[0].lower(), question)
            if antecedent:
                return _replaced(question, match, antecedent)
    for match in _DEMONSTRATIVE.finditer(question):
        if antecedent := context.named(match["noun"], question):
            return f"{question[: match.start()]}the {antecedent.text}{question[match.end() :]}"
    return question


def _replaced(question: str, match: re.Match[str], antecedent: Phrase) -> str:
    """Return the question with a phrase in a pronoun's place, in its case."""
    word, behind = match[0].lower(), question[match.end() :]
    text = antecedent.text
    if not antecedent.is_name and not antecedent.is_plural:
        text = f"the {text}"
    if word in ("its", "their", "his") or (word == "her" and re.match(r"\s+\w", behind)):
        text += "’" if text.endswith("s") else "’s"
    elif word == "there":
        text = f"in {text}"
    if match[0][0].isupper():
        text = text[0].upper() + text[1:]
    return f"{question[: match.start()]}{text}{behind}"


def _is_pronoun(question: str, match: re.Match[str]) -> bool:
    """Tell whether it stands for a thing: "that" may also introduce a clause or a noun, "there" nothing."""
    word, before, behind = match[0].lower(), question[: match.start()], question[match.end() :]
    following = re.match(r"\s+([\w'’]+)", behind)
    after = following[1].lower() if following else ""
    if word == "there":
        return _EXISTS.search(before) is None and after not in _EXISTING
    if word not in ("this", "that", "these", "those") or not after:
        return True
    if after in _GOES_ON:
        # "the film that was …"
        return word != "that" or not before.strip() or is_function(before.split()[-1].lower())
    return word in ("this", "that") and is_verb(after) and after.endswith("s")


def _has_own(question: str, match: re.Match[str], found: Sequence[Phrase]) -> bool:
    """Tell whether an earlier clause of the question names what the pronoun may stand for."""
    return any(
        not one.is_generic
        and (one.is_name or one.determiner or one.is_plural)
        and _CLAUSE.search(question, one.end, match.start())
        for one in found
    )


def _leaves_out(question: str, found: Sequence[Phrase], context: Context) -> bool:
    """Tell whether the question says too little to be asked alone."""
    if _WHAT_ABOUT.match(question):
        return True
    if any(one.is_name and not set(terms(one.text)) <= context.words for one in found):
        return False
    if (_ONE.search(question) and not found) or _DEMONSTRATIVE.search(question):
        return True
    if any(_points_back(question, one) for one in found):
        return True
    return len(substance(question)) <= _FEW and not any(one.is_name for one in found)


def _points_back(question: str, one: Phrase) -> bool:
    """Tell whether only what was said before makes a phrase definite: "the winners", not "the end of it"."""
    return (
        one.determiner == "the"
        and not one.is_name
        and len(one.text.split()) == 1
        and _MODIFIED.match(question, one.end) is None
    )


def _about(question: str, context: Context, *, most: int = 2) -> str:
    """Return the question with its topic behind it, in brackets; `most` topics where it is short."""
    topics = context.topics(question, most if len(substance(question)) <= _FEW else 1)
    if not topics:
        return question
    asked = _without_end(question)
    return f"{asked} ({', '.join(topics)}){question[len(asked) :].strip()}"


def _without_end(question: str) -> str:
    return question.rstrip(" \t\r\n?.!…")
