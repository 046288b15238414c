"""Countries, and what is of them or from them: "France" and "French" name one thing."""

# Forms of one name that do not begin alike.
_FORMS_WORDS = """
    u.s./american/americans/america/usa uk/british/britain/britons france/french spain/spanish/spaniards
    china/chinese denmark/danish/danes poland/polish/poles switzerland/swiss greece/greek/greeks
    turkey/turkish/turks ireland/irish wales/welsh scotland/scottish/scots finland/finnish/finns
    netherlands/dutch/holland philippines/filipino/philippine/filipinos thailand/thai iraq/iraqi/iraqis
    iran/iranian/iranians peru/peruvian cuba/cuban/cubans mali/malian norway/norwegian/norwegians
    england/english cyprus/cypriot lebanon/lebanese sweden/swedish/swedes czechia/czech
"""
# These begin as what is of them does.
_FROM_WORDS = """
    afghan african albanian algerian arab argentine argentinian armenian asian australian austrian
    azerbaijani bangladeshi belarusian belgian bolivian bosnian brazilian bulgarian cambodian canadian
    chilean colombian congolese croatian ecuadorian egyptian estonian ethiopian european georgian german
    ghanaian guatemalan haitian honduran hungarian icelandic indian indonesian israeli italian jamaican
    japanese jordanian kazakh kenyan korean kosovan kurdish kuwaiti latvian libyan lithuanian malaysian
    mexican moldovan mongolian moroccan nepalese nigerian pakistani palestinian portuguese qatari romanian
    russian rwandan saudi senegalese serbian singaporean slovak slovenian somali sudanese syrian taiwanese
    tanzanian tibetan tunisian ugandan ukrainian uruguayan venezuelan vietnamese yemeni zambian zimbabwean
    afghanistan africa albania algeria argentina armenia asia australia austria azerbaijan bangladesh belarus
    belgium bolivia bosnia brazil bulgaria cambodia canada chile colombia congo croatia ecuador egypt estonia
    ethiopia europe germany ghana guatemala haiti honduras hungary iceland india indonesia israel italy
    jamaica japan jordan kazakhstan kenya korea kosovo kuwait latvia libya lithuania malaysia mexico moldova
    mongolia morocco nepal nigeria pakistan palestine portugal qatar romania russia rwanda senegal serbia
    singapore slovakia slovenia somalia sudan syria taiwan tanzania tibet tunisia uganda ukraine uruguay
    venezuela vietnam yemen zambia zimbabwe
"""
_FORMS = [frozenset(group.split("/")) for group in _FORMS_WORDS.split()]
_ALIASES = {name: forms - {name} for forms in _FORMS for name in forms}
_FROM = frozenset(_FROM_WORDS.split())


def other_forms(name: str) -> frozenset[str]:
    """Return the other forms of a country's name in lower case, none for one whose forms begin alike."""
    return _ALIASES.get(name, frozenset())


def is_country(word: str) -> bool:
    """Tell whether a word in lower case is of a country: a name even where a sentence begins with it."""
    return word in _ALIASES or word in _FROM or word.removesuffix("s") in _FROM
