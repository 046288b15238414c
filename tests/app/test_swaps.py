"""Names and values that stand in each other's place, and what is said in other words, are told apart."""

import pytest

from app.grounding import Source, verify

_PUBLISHED = "2023-06-07"


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (
            "Chelsea beat Arsenal 3-2 on Sunday.",
            "Chelsea lost 3-2 to Arsenal on Sunday.",
        ),
        (
            "Chelsea lost 3-2 to Arsenal on Sunday.",
            "Chelsea beat Arsenal 3-2 on Sunday.",
        ),
        (
            "Chelsea beat Arsenal 3-2, having trailed 1-0 at the break.",
            "Chelsea beat Arsenal 2-3, having trailed 1-0 at the break.",
        ),
        (
            "Google will buy Motorola for $12 billion.",
            "Motorola will buy Google for $12 billion.",
        ),
        (
            "Google agreed to buy Motorola for $12 billion.",
            "Motorola agreed to buy Google for $12 billion.",
        ),
        (
            "Mr. Biden beat Mr. Trump in Georgia.",
            "Mr. Trump beat Mr. Biden in Georgia.",
        ),
        (
            "Former President Donald Trump beat former Gov. Nikki Haley in Iowa.",
            "Nikki Haley beat Donald Trump in Iowa.",
        ),
        (
            "The museum opens at 9 a.m. and closes at 5 p.m. on Fridays.",
            "The museum opens at 5 p.m. and closes at 9 a.m. on Fridays.",
        ),
        (
            "He was born in 1950 and died in 2010.",
            "He was born in 2010 and died in 1950.",
        ),
        (
            "The blast killed 5 people and injured 10.",
            "The blast killed 10 people and injured 5.",
        ),
        (
            "Trump won 48 percent to Biden's 45 percent.",
            "Biden won 48 percent to Trump's 45 percent.",
        ),
        (
            "Trump leads Biden 48-45 in the poll.",
            "Biden leads 48-45 in the poll.",
        ),
        (
            "Police were called to the school before 10 p.m. on Friday.",
            "Police were called to the school after 10 p.m. on Friday.",
        ),
        (
            "Polls close after 8 p.m. on Tuesday.",
            "Polls close before 8 p.m. on Tuesday.",
        ),
        (
            "The deal was signed before May 2020.",
            "The deal was signed after May 2020.",
        ),
        (
            "It is the third largest city in Spain.",
            "It is the largest city in Spain.",
        ),
        (
            "It is Spain's third-largest city.",
            "It is Spain's largest city.",
        ),
        (
            "The rate fell from 3 to 2 percent.",
            "The rate fell from 2 to 3 percent.",
        ),
        (
            "She was jailed for two years on Monday.",
            "She was jailed for 18 months on Monday.",
        ),
        (
            "Hamilton finished second behind Verstappen in Monza.",
            "Verstappen finished second behind Hamilton in Monza.",
        ),
        (
            "Apple sold twice as many phones as Samsung in May.",
            "Samsung sold twice as many phones as Apple in May.",
        ),
        (
            "Russia attacked Ukraine in February.",
            "Ukraine attacked Russia in February.",
        ),
        (
            "Biden wants to replace Harris with Newsom.",
            "Harris wants to replace Biden with Newsom.",
        ),
        (
            "Prosecutors say Smith shot Jones in the leg.",
            "Jones shot Smith in the leg.",
        ),
        (
            "Turnout rose to 60 percent in Ohio and fell to 40 percent in Iowa.",
            "Turnout rose to 40 percent in Ohio and fell to 60 percent in Iowa.",
        ),
        (
            "Ohio has 17 votes and Iowa has 6 votes.",
            "Ohio has 6 votes and Iowa has 17 votes.",
        ),
        (
            "Smith, 34, and Jones, 52, were charged on Friday.",
            "Smith, 52, and Jones, 34, were charged on Friday.",
        ),
        (
            "The euro rose 0.5 percent and the pound fell 0.2 percent.",
            "The euro rose 0.2 percent and the pound fell 0.5 percent.",
        ),
        (
            "Sales rose from $3 million in 2019 to $5 million in 2020.",
            "Sales were $5 million in 2019 and $3 million in 2020.",
        ),
        (
            "He flew to Paris on Monday and to Rome on Tuesday.",
            "He flew to Rome on Monday and to Paris on Tuesday.",
        ),
    ],
)
def test_what_its_source_does_not_say_is_not_supported(source: str, claim: str):
    found = verify(claim, [Source(text=source, published=_PUBLISHED)], None)

    assert found.verdict != "supported"
    assert found.problems


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (
            "Chelsea beat Arsenal 3-2 on Sunday.",
            "Arsenal lost 3-2 to Chelsea on Sunday.",
        ),
        (
            "Chelsea lost to Arsenal on Sunday.",
            "Arsenal defeated Chelsea on Sunday.",
        ),
        (
            "Google agreed to buy Motorola for $12 billion.",
            "Google will buy Motorola for $12 billion.",
        ),
        (
            "Mr. Biden beat Mr. Trump in Georgia.",
            "Mr. Trump was beaten by Mr. Biden in Georgia.",
        ),
        (
            "The museum opens at 9 a.m. and closes at 5 p.m. on Fridays.",
            "The museum closes at 5 p.m. and opens at 9 a.m. on Fridays.",
        ),
        (
            "The blast killed 5 people and injured 10.",
            "The blast injured 10 people and killed 5.",
        ),
        (
            "Trump leads Biden 48-45 in the poll.",
            "Trump leads 48-45 in the poll.",
        ),
        (
            "Trump leads Biden 48-45 in the poll.",
            "Biden trails Trump 48-45 in the poll.",
        ),
        (
            "The rocket lifted off at 2046 GMT on Friday.",
            "The rocket lifted off at 8:46 p.m. on Friday.",
        ),
        (
            "The rocket lifted off at 2046 GMT on Friday.",
            "The rocket lifted off at 20:46 GMT on Friday.",
        ),
        (
            "It is the third largest city in Spain.",
            "It is the third-largest city in Spain.",
        ),
        (
            "Prices rose between 5% and 10% last year.",
            "Prices rose by 5% to 10% last year.",
        ),
        (
            "Hamilton finished second behind Verstappen in Monza.",
            "Hamilton finished second in Monza.",
        ),
        (
            "Ukraine was attacked by Russia in February.",
            "Russia attacked Ukraine in February.",
        ),
        (
            "Ohio has 17 votes and Iowa has 6 votes.",
            "Iowa has 6 votes and Ohio 17 votes.",
        ),
        (
            "Smith, 34, and Jones, 52, were charged on Friday.",
            "Jones, 52, and Smith, 34, were charged on Friday.",
        ),
        (
            "Sales rose from $3 million in 2019 to $5 million in 2020.",
            "Sales were $5 million in 2020, up from $3 million in 2019.",
        ),
        (
            "He flew to Paris on Monday and to Rome on Tuesday.",
            "He flew to Rome on Tuesday and to Paris on Monday.",
        ),
    ],
)
def test_what_its_source_says_in_another_order_is_supported(source: str, claim: str):
    found = verify(claim, [Source(text=source, published=_PUBLISHED)], None)

    assert found.verdict == "supported", found.problems


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (
            "Police were called to the school at 9:58 p.m. on Friday.",
            "Police were called to the school before 10 p.m. on Friday.",
        ),
        (
            "Senators voted 52 to 48 against the bill.",
            "Senators rejected the bill 48-52.",
        ),
        (
            "Arsenal fell 3-2 to Chelsea on Sunday.",
            "Arsenal fell 2-3 to Chelsea on Sunday.",
        ),
        (
            "Shares dropped sharply at the open (-5%).",
            "Shares fell 5% at the open.",
        ),
        (
            "They waited half an hour for the bus.",
            "They waited 30 minutes for the bus.",
        ),
        (
            "The truce will last two weeks, officials said.",
            "The truce will last 14 days, officials said.",
        ),
        (
            "She was jailed for 18 months on Monday.",
            "She was jailed for a year and a half on Monday.",
        ),
        (
            "She was jailed for 18 months on Monday.",
            "She was jailed for 1.5 years on Monday.",
        ),
        (
            "She was jailed for two years on Monday.",
            "She was jailed for 24 months on Monday.",
        ),
        (
            "A couple of hundred people marched in Oslo.",
            "About 200 people marched in Oslo.",
        ),
    ],
)
def test_what_its_source_may_well_mean_is_not_contradicted(source: str, claim: str):
    found = verify(claim, [Source(text=source, published=_PUBLISHED)], None)

    assert found.verdict != "contradicted", found.problems
