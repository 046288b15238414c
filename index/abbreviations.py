"""Words whose full stop is their own, and words that open a sentence after one: the splitter's lists.

Collected by hand from news usage; all in lower case and without the last stop. English first, with the common
ones of German, French, Spanish, Italian, Portuguese, Dutch and Russian; a list holds for every language.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    """
    mr mrs ms mx messrs mmes mlle mme dr drs prof profs rev revd msgr sen sens rep reps gov govs lt col
    gen maj capt cmdr cdr cpl sgt sgts pvt pfc spc brig supt insp det cpt ofc atty asst assoc pres hon
    mt amb cllr sra srta dra dott dhr mevr ir
    """
)
"""A name follows, always. They count only with a capital."""

LEADING = _words(
    """
    vs v cf viz e.g eg i.e ie ca approx incl esp resp c al z.b d.h u.a bzw ggf vgl s.o s.u m.e p.ex bijv
    o.a d.w.z p.ej т.е напр им ул см
    """
)
"""More of the same sentence follows, always."""

NUMBERED = _words(
    "no nos nr núm n° nº pp p art arts fig figs sec secs ch vol vols op ext tel rs ref cap para paras kap abs"
)
"""Their number follows; before anything else they are words that may end a sentence."""

DATED = _words("jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri")
"""A day follows. They count only with a capital."""

CLOSING = _words(
    """
    al inc corp co cos ltd llc plc bros jr sr esq univ assn dept bldg intl natl mfg st ft rd ave blvd hwy
    gmbh ph.d usw ecc enz
    """
)
"""May stand within a sentence and may end it: what follows decides."""

PLACES = _words(
    """
    ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev
    okla ore pa tenn tex va vt wash wis wyo d.c n.y n.j n.c s.c n.d s.d n.h n.m w.va b.c ont que alta
    """
)
"""States and provinces. After a comma, as in "Boston, Mass.", a capital opens a sentence."""

SHORTENED = (
    TITLES
    | LEADING
    | NUMBERED
    | DATED
    | CLOSING
    | _words(
        """
    govt dept depts assn assoc misc trans orig figs eds yrs mins secs hrs lbs yds tbsp tsp prob admin temp
    approx pres vice tel mgr acct attn sched prev xxix
    """
    )
)
"""Abbreviations of more than three letters; a lower-case word after them goes on."""

SHORT_WORDS = _words(
    """
    you all him her his its our who now out way too not one two six ten day ago off men man boy war law
    job age yes own new few bad big end did see say are was had has get got let old car bus sea oil gas
    tax vote aid ban bid bill cut deal fee fire gun hit key kid lot met oil pay plan put run set top try
    use win act air bit box buy cup due eat egg eye far fun god hot how ice leg lie low mix nor odd pit
    raw red row sad son tea tie toy via wet why won yet up us it me he we so do go
    """
)
"""Words of up to three letters that are never abbreviations: a stop after them is a full one."""

LETTERED = _words(
    "vitamin hepatitis plan group category class type section grade phase appendix exhibit schedule channel"
)
"""Nouns named by a letter, so that a single capital after them is no initial."""

STARTERS = _words(
    """
    the this that these those there then they their theirs he his she her it its we our you your i i'm
    i've i'd but and or so yet because if when while where who what why how which whether after before
    since until although though once as at by for from in into on of over under during with without
    within among between about despite according also however moreover meanwhile furthermore
    nevertheless instead still thus therefore is are was were has have had do does did can could would
    shall should might must a an another all any both each either every few many more most much neither
    no none not now one only some several such here today yesterday tomorrow earlier later two three
    four five mr mrs ms der die das ein eine er sie es wir und aber im am nach le les une il elle ils
    elles nous et mais dans los las una él ella pero он она они это мы в на но и по
    """
)
"""Words that, with a capital after an abbreviation, open a sentence instead of going on with a name."""

LABELS = _words("image photo photograph picture video illustration source sources credit caption file")
"""With a colon, what opens the credit of a picture."""

TIME_WORDS = _words(
    """
    et est edt ct cst cdt mt mst mdt pt pst pdt gmt bst utc cet cest ist jst aest eastern central
    mountain pacific monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs
    fri sat sun january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec
    """
)
"""What goes on after "3 p.m." with a capital."""

ORDINAL_LANGUAGES = _words("de da no nb nn fi et lv cs sk sl hr sr bs hu pl is tr")
"""Languages that write an ordinal as a number with a stop: "am 3. Oktober"."""

EXCLAIMING_NAMES = _words("yahoo jeopardy yum")
"""Names written with an exclamation mark."""
