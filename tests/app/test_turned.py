"""Opposites, comparisons, quantifiers, years and measures: what a source does not say is not supported."""

import pytest

from app.grounding import Source, verify

_PUBLISHED = "2023-06-07"


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (
            "A survey of 1709 children from 88 schools was carried out.",
            "The survey covered 88 children from 1709 schools.",
        ),
        (
            "In 1850 the town had 900 inhabitants.",
            "The town has 1850 inhabitants.",
        ),
        (
            "Despite a rise in sales, profits fell by 25 percent last year.",
            "Profits rose by 25 percent last year.",
        ),
        (
            "The economy grew at the slowest pace in a decade.",
            "The economy grew at the fastest pace in a decade.",
        ),
        (
            "Cases fell in Italy but rose in France.",
            "Cases rose in Italy and fell in France.",
        ),
        (
            "The euro rose against the dollar.",
            "The dollar rose against the euro.",
        ),
        (
            "Unemployment is higher in Spain than in Greece.",
            "Unemployment is higher in Greece than in Spain.",
        ),
        (
            "The train runs from Lyon to Paris.",
            "The train runs from Paris to Lyon.",
        ),
        (
            "Spain is bigger than Italy.",
            "Italy is bigger than Spain.",
        ),
        (
            "It took 14 days to put out the fire.",
            "It took less than two weeks to put out the fire.",
        ),
        (
            "The siege lasted up to two days.",
            "The siege lasted at least 48 hours.",
        ),
        (
            "The temperature was -5 degrees.",
            "The temperature fell by 5 degrees.",
        ),
        (
            "It is one of the oldest bridges in Europe.",
            "It is the oldest bridge in Europe.",
        ),
        (
            "It was the worst result in the club's history.",
            "It was the best result in the club's history.",
        ),
        (
            "Fewer than half of the voters supported the plan.",
            "Half of the voters supported the plan.",
        ),
        (
            "Some of the schools reopened on Monday.",
            "All of the schools reopened on Monday.",
        ),
        (
            "All but ten of the passengers survived.",
            "Ten of the passengers survived.",
        ),
        (
            "Unemployment fell to 5 percent.",
            "Unemployment fell by 5 percent.",
        ),
        (
            "Sales rose by 12 percent.",
            "Sales rose to 12 percent.",
        ),
        (
            "Sweden joined NATO in 2024 and Finland in 2023.",
            "Sweden joined NATO in 2023 and Finland in 2024.",
        ),
        (
            "Turnout was 61% in Ohio and 58% in Iowa.",
            "Turnout was 58% in Ohio and 61% in Iowa.",
        ),
        (
            "He left before the vote.",
            "He left after the vote.",
        ),
        (
            "The minister resigned after the report was published.",
            "The minister resigned before the report was published.",
        ),
        (
            "Exports increased while imports decreased.",
            "Exports decreased while imports increased.",
        ),
        (
            "The court convicted Smith and acquitted Jones.",
            "The court convicted Jones and acquitted Smith.",
        ),
        (
            "Inflation slowed in March although food prices accelerated.",
            "Inflation accelerated in March.",
        ),
        (
            "The bank raised rates in May and cut them in June.",
            "The bank cut rates in May.",
        ),
        (
            "Most of the victims were women.",
            "All of the victims were women.",
        ),
        (
            "Most of the workers are immigrants.",
            "Few of the workers are immigrants.",
        ),
        (
            "At least one of the suspects was armed.",
            "None of the suspects was armed.",
        ),
        (
            "Nadal lost to Federer in the final.",
            "Nadal won the final.",
        ),
        (
            "Labour gained 20 seats and the Conservatives lost 15.",
            "Labour lost 15 seats.",
        ),
        (
            "Ms Park earns more than Mr Lee.",
            "Mr Lee earns more than Ms Park.",
        ),
        (
            "The Rhine is longer than the Elbe.",
            "The Elbe is longer than the Rhine.",
        ),
        (
            "The flight from Oslo to Rome was cancelled.",
            "The flight from Rome to Oslo was cancelled.",
        ),
        (
            "Power was transferred from Smith to Jones.",
            "Power was transferred from Jones to Smith.",
        ),
        (
            "It is the second largest city in Norway.",
            "It is the largest city in Norway.",
        ),
        (
            "Among the largest donors was the Gates Foundation.",
            "The largest donor was the Gates Foundation.",
        ),
        (
            "The museum had 1,900 visitors in 2020.",
            "The museum had 2,020 visitors in 1900.",
        ),
        (
            "She was the first woman to lead the party.",
            "She was the last woman to lead the party.",
        ),
        (
            "Nobody was arrested, but two people were fined.",
            "Two people were arrested.",
        ),
    ],
)
def test_what_the_source_does_not_say_is_not_supported(source: str, claim: str):
    assert verify(claim, [Source(text=source, published=_PUBLISHED)], None).verdict != "supported"


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (
            "The company cut 1,900 jobs on Monday.",
            "The company cut 1900 jobs.",
        ),
        (
            "The company cut 1900 jobs on Monday.",
            "The company cut 1900 jobs.",
        ),
        (
            "The Dow fell 1,600 points.",
            "The Dow fell 1600 points.",
        ),
        (
            "At least 1,800 people were killed in the quake.",
            "At least 1800 people were killed in the quake.",
        ),
        (
            "He owes $2,000 to the bank.",
            "He owes 2000 dollars to the bank.",
        ),
        (
            "A survey of 1709 children from 88 schools was carried out.",
            "The survey covered 1709 children from 88 schools.",
        ),
        (
            "Despite a fall in sales, profits rose by 25 percent last year.",
            "Profits rose by 25 percent last year.",
        ),
        (
            "Cases fell in Italy but rose in France.",
            "Cases rose in France and fell in Italy.",
        ),
        (
            "Nadal won against Federer in the final.",
            "Federer lost to Nadal in the final.",
        ),
        (
            "The euro rose against the dollar.",
            "The dollar fell against the euro.",
        ),
        (
            "It took 14 days to put out the fire.",
            "It took two weeks to put out the fire.",
        ),
        (
            "It took 10 days to put out the fire.",
            "It took less than two weeks to put out the fire.",
        ),
        (
            "The walk covered 40 km.",
            "The walk covered 25 miles.",
        ),
        (
            "It was the best result in the club's history.",
            "It was the best result in the club's history, it said.",
        ),
        (
            "He owes £20 to the bank.",
            "He owes 20 pounds to the bank.",
        ),
        (
            "Unemployment is higher in Spain than in Greece.",
            "Unemployment is lower in Greece than in Spain.",
        ),
        (
            "Spain is bigger than Italy.",
            "Italy is smaller than Spain.",
        ),
        (
            "Some of the schools reopened on Monday.",
            "Some schools reopened on Monday.",
        ),
        (
            "All of the schools reopened on Monday.",
            "All the schools reopened on Monday.",
        ),
        (
            "The train runs from Lyon to Paris.",
            "The train runs to Paris from Lyon.",
        ),
        (
            "Half of the voters supported the plan.",
            "Fifty percent of the voters supported the plan.",
        ),
        (
            "More than half of the voters supported the plan.",
            "Over half of the voters supported the plan.",
        ),
        (
            "Biden won the election, beating Trump.",
            "Biden won the election.",
        ),
        (
            "Chelsea beat Arsenal in the match.",
            "Chelsea won the match.",
        ),
        (
            "Chelsea beat Arsenal in the match.",
            "Arsenal lost the match.",
        ),
        (
            "Federer was beaten by Nadal in the final.",
            "Nadal beat Federer in the final.",
        ),
        (
            "Sweden joined NATO in 2024 and Finland in 2023.",
            "Finland joined NATO in 2023 and Sweden in 2024.",
        ),
        (
            "The bank raised rates in May and cut them in June.",
            "The bank raised rates in May.",
        ),
        (
            "It is one of the oldest bridges in Europe.",
            "It is one of Europe's oldest bridges.",
        ),
        (
            "In 1850 the town had 900 inhabitants.",
            "The town had 900 inhabitants in 1850.",
        ),
        (
            "The team scored 1500 points in 2019.",
            "The team scored 1,500 points in 2019.",
        ),
        (
            "In 2019 people fled the city.",
            "People fled the city in 2019.",
        ),
        (
            "By 2020 people were tired of the war.",
            "People were tired of the war by 2020.",
        ),
        (
            "The 2008 crisis cost jobs.",
            "The crisis of 2008 cost jobs.",
        ),
        (
            "In 2016 voters backed Brexit.",
            "Voters backed Brexit in 2016.",
        ),
        (
            "Since 2010 prices have doubled.",
            "Prices have doubled since 2010.",
        ),
        (
            "The 2019 elections were fair.",
            "The elections in 2019 were fair.",
        ),
        (
            "The 1986 disaster displaced people.",
            "The disaster in 1986 displaced people.",
        ),
        (
            "Some 2000 protesters marched.",
            "About 2,000 protesters marched.",
        ),
        (
            "In 2001 dollars the price was 40.",
            "The price was 40 in 2001 dollars.",
        ),
    ],
)
def test_what_the_source_says_in_other_words_is_supported(source: str, claim: str):
    assert verify(claim, [Source(text=source, published=_PUBLISHED)], None).verdict == "supported"
