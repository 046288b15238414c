"""Opposites, comparisons, quantifiers, years and measures: what a source does not say is not supported."""

import pytest

from app.grounding import Source, verify

_PUBLISHED = "2023-06-07"


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (
            "More women than men voted in the election.",
            "More men than women voted in the election.",
        ),
        (
            "The court ruled against the company and for the workers.",
            "The court ruled for the company.",
        ),
        (
            "Nearly all of the victims were children.",
            "All of the victims were children.",
        ),
        (
            "Israel said Hamas fighters killed 1,200 people; Hamas said Israel killed 8,000.",
            "Israel said Hamas killed 8,000 people.",
        ),
        (
            "The drug reduced deaths by 30 percent, from 10 to 7 per 100 patients.",
            "The drug reduced deaths by 30 percent, from 7 to 10 per 100 patients.",
        ),
        (
            "Macron flew to Warsaw after meeting Scholz in Berlin.",
            "Macron flew to Warsaw before meeting Scholz in Berlin.",
        ),
        (
            "He moved from Spain to France in 2010 and back to Spain in 2015.",
            "He moved from France to Spain in 2010.",
        ),
        (
            "The price of oil fell below $80 for the first time since 2021.",
            "The price of oil rose above $80 for the first time since 2021.",
        ),
        (
            "The pipeline is 1,200 kilometres long.",
            "The pipeline is 1,200 miles long.",
        ),
        (
            "Macron defeated Le Pen in the runoff, winning 58 percent of the vote.",
            "Le Pen won 58 percent of the vote.",
        ),
        (
            "The Lakers beat the Celtics 102-99 on Sunday.",
            "The Lakers lost to the Celtics 102-99 on Sunday.",
        ),
        (
            "The drug was approved in Europe but rejected in the United States.",
            "The drug was rejected in Europe.",
        ),
        (
            "Smith was sentenced to 10 years and Brown to 12.",
            "Smith was sentenced to 12 years.",
        ),
        (
            "Apple, not Google, won the contract.",
            "Google won the contract.",
        ),
        (
            "Apple, not Google, won the contract.",
            "Apple did not win the contract.",
        ),
        (
            "Turkey's inflation is twice as high as Greece's.",
            "Greece's inflation is twice as high as Turkey's.",
        ),
        (
            "Men are three times more likely to die than women.",
            "Women are three times more likely to die than men.",
        ),
        (
            "The US said Iran attacked the ship, which Iran denied.",
            "Iran said the US attacked the ship.",
        ),
        (
            "The party won 40 percent, up from 35 percent in 2019.",
            "The party won 35 percent, up from 40 percent in 2019.",
        ),
        (
            "The party won 40 percent, up from 35 percent in 2019.",
            "The party won 40 percent, down from 45 percent in 2019.",
        ),
        (
            "The bridge opened in 1932 and was rebuilt in 1975.",
            "The bridge opened in 1975.",
        ),
        (
            "Doctors said he would not be able to walk again.",
            "Doctors said he would be able to walk again.",
        ),
        (
            "She is unlikely to run again.",
            "She is likely to run again.",
        ),
        (
            "The suspect, who denies the charges, was arrested in Leeds.",
            "The suspect, who admits the charges, was arrested in Leeds.",
        ),
        (
            "Neither the police nor the army took part.",
            "The army took part.",
        ),
        (
            "Few believed the story.",
            "Many believed the story.",
        ),
        (
            "The firm rarely hires abroad.",
            "The firm often hires abroad.",
        ),
        (
            "Germany exports more to France than to Italy.",
            "Germany exports more to Italy than to France.",
        ),
        (
            "Obama, like Bush before him, visited Hiroshima.",
            "Bush visited Obama.",
        ),
        (
            "Prices rose in May after falling in April.",
            "Prices fell in May.",
        ),
        (
            "The court acquitted Jones but convicted Smith.",
            "The court convicted Jones.",
        ),
        (
            "The court acquitted Jones but convicted Smith.",
            "The court acquitted Smith.",
        ),
        (
            "He voted for the bill in May and against the budget in June.",
            "He voted against the bill.",
        ),
        (
            "The deal was signed before the election and announced after the vote.",
            "The deal was announced before the vote.",
        ),
        (
            "England beat Germany 2-1 and lost to Spain 3-0.",
            "England lost to Germany 2-1.",
        ),
        (
            "England beat Germany 2-1 and lost to Spain 3-0.",
            "England beat Spain 3-0.",
        ),
        (
            "The minister did not resign but apologised.",
            "The minister resigned.",
        ),
        (
            "Japan's economy grew faster than China's.",
            "China's economy grew faster than Japan's.",
        ),
        (
            "Russia said Ukraine fired drones at Belgorod.",
            "Ukraine said Russia fired drones at Belgorod.",
        ),
        (
            "The award went to Smith, while Jones won silver.",
            "Smith won silver.",
        ),
        (
            "Two of the four suspects were released.",
            "All four suspects were released.",
        ),
        (
            "The firm reported a loss of $5 million, after a profit of $3 million a year before.",
            "The firm reported a profit of $5 million.",
        ),
        (
            "Women earn 18 percent less than men.",
            "Men earn 18 percent less than women.",
        ),
        (
            "Women earn 18 percent less than men.",
            "Women earn 18 percent more than men.",
        ),
        (
            "Four people were killed in Kharkiv and nine in Odesa, officials said.",
            "Nine people were killed in Kharkiv.",
        ),
        (
            "The party won 30 seats in the south and 12 in the north.",
            "The party won 30 seats in the north.",
        ),
        (
            "French police arrested three men.",
            "British police arrested three men.",
        ),
        (
            "US officials met on Monday.",
            "UK officials met on Monday.",
        ),
        (
            "The bill passed the House but did not pass the Senate.",
            "The bill did not pass the House but passed the Senate.",
        ),
        (
            "The bill did not pass the Senate.",
            "The bill passed the Senate.",
        ),
        (
            "The office did not open until 2005.",
            "The office did not open in 2005.",
        ),
        (
            "No one was killed in the attack.",
            "Someone was killed in the attack.",
        ),
        (
            "Police found no weapons.",
            "Police found weapons.",
        ),
        (
            "Merkel said Macron was right.",
            "Macron said Merkel was right.",
        ),
        (
            "Trump has never met Putin.",
            "Trump has met Putin.",
        ),
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
            "Federer was beaten by Nadal in the final.",
            "Federer won the final.",
        ),
        (
            "Chelsea beat Arsenal in the match.",
            "Chelsea lost the match.",
        ),
        (
            "Biden won the election, beating Trump.",
            "Trump won the election.",
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
            "Mayor Anna Berg criticised the plan, said Governor Tom Hale.",
            "Mayor Anna Berg said Governor Tom Hale criticised the plan.",
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
            "The strike will not end on Friday. It may end on Saturday.",
            "The strike will end on Friday.",
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
            "The bill passed the House but failed in the Senate.",
            "The bill passed the Senate.",
        ),
        (
            "Shares of Apple rose while those of Google fell.",
            "Shares of Google rose.",
        ),
        (
            "Italy won gold, France silver and Spain bronze.",
            "France won gold.",
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
        (
            "No one was hurt in the first fire, but one man was hurt in the second.",
            "One man was hurt in the first fire.",
        ),
    ],
)
def test_what_the_source_does_not_say_is_not_supported(source: str, claim: str):
    assert verify(claim, [Source(text=source, published=_PUBLISHED)], None).verdict != "supported"


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (
            "The company said on Tuesday it would cut 1,200 jobs in Germany and 300 in Poland.",
            "The company will cut 300 jobs in Poland.",
        ),
        (
            "The company said on Tuesday it would cut 1,200 jobs in Germany and 300 in Poland.",
            "The company will cut 1,200 jobs in Germany.",
        ),
        (
            "Officials said about 2,000 people had fled the fighting since Monday.",
            "About 2000 people have fled the fighting.",
        ),
        (
            "The bill, backed by Democrats, passed the House 220-213 after Republicans opposed it.",
            "The House passed the bill 220-213.",
        ),
        (
            "Johnson resigned as prime minister in 2022 after losing the support of his party.",
            "Johnson lost the support of his party before he resigned as prime minister.",
        ),
        (
            "Exports to China rose 5 percent, while imports from China fell 3 percent.",
            "Imports from China fell 3 percent.",
        ),
        (
            "Exports to China rose 5 percent, while imports from China fell 3 percent.",
            "Exports to China rose 5 percent.",
        ),
        (
            "The German government will buy 35 F-35 jets from the United States.",
            "Germany is buying 35 F-35 jets from America.",
        ),
        (
            "More women than men voted in the election.",
            "More women voted in the election than men.",
        ),
        (
            "The court ruled against the company and for the workers.",
            "The court ruled for the workers.",
        ),
        (
            "The train from London to Paris was delayed by two hours.",
            "The train to Paris from London was delayed by two hours.",
        ),
        (
            "Prices have fallen from 2.50 dollars to 2 dollars since January.",
            "Prices have fallen to 2 dollars since January.",
        ),
        (
            "He was the first black president of the United States and the last to be born in Hawaii.",
            "He was the first black president of the US.",
        ),
        (
            "All of the 12 miners were rescued on Friday.",
            "All 12 miners were rescued on Friday.",
        ),
        (
            "Most of the 12 countries voted for the plan.",
            "Most countries voted for the plan.",
        ),
        (
            "Some of the victims were children.",
            "Several of the victims were children.",
        ),
        (
            "Nearly all of the victims were children.",
            "Most of the victims were children.",
        ),
        (
            "Every one of the 50 states voted.",
            "All 50 states voted.",
        ),
        (
            "Both countries signed the deal.",
            "The two countries signed the deal.",
        ),
        (
            "The storm, one of the strongest ever recorded, killed 20 people.",
            "The storm killed 20 people.",
        ),
        (
            "The strongest storm in 30 years killed 20 people.",
            "The storm that killed 20 people was the strongest in 30 years.",
        ),
        (
            "The euro rose 1 percent against the dollar.",
            "The dollar fell 1 percent against the euro.",
        ),
        (
            "The Lakers beat the Celtics 102-99 on Sunday.",
            "The Celtics lost to the Lakers 102-99 on Sunday.",
        ),
        (
            "Macron defeated Le Pen in the runoff, winning 58 percent of the vote.",
            "Macron won the runoff with 58 percent of the vote.",
        ),
        (
            "Macron defeated Le Pen in the runoff, winning 58 percent of the vote.",
            "Le Pen lost the runoff to Macron.",
        ),
        (
            "Police said no one was injured in the fire.",
            "No injuries were reported in the fire, police said.",
        ),
        (
            "The museum did not reopen until June because of the floods.",
            "The museum reopened in June.",
        ),
        (
            "The firm made a profit of 3 million euros after a loss of 5 million the year before.",
            "The firm made a profit of 3 million euros.",
        ),
        (
            "US President Joe Biden met Chinese President Xi Jinping in Bali.",
            "Joe Biden met Xi Jinping in Bali.",
        ),
        (
            "US President Joe Biden met Chinese President Xi Jinping in Bali.",
            "Xi met Biden in Bali.",
        ),
        (
            "Ukraine's president said Russia had fired 80 missiles, and Russia denied it.",
            "Russia fired 80 missiles, Ukraine's president said.",
        ),
        (
            "Israel said Hamas fighters killed 1,200 people; Hamas said Israel killed 8,000.",
            "Israel said Hamas killed 1,200 people.",
        ),
        (
            "The Conservatives lost 300 seats and Labour gained 250 in the local elections.",
            "Labour gained 250 seats in the local elections.",
        ),
        (
            "The drug reduced deaths by 30 percent, from 10 to 7 per 100 patients.",
            "The drug reduced deaths by 30 percent.",
        ),
        (
            "Turkey and Greece agreed to resume talks after Turkey withdrew its ship.",
            "Greece and Turkey agreed to resume talks.",
        ),
        (
            "After meeting Scholz in Berlin, Macron flew to Warsaw.",
            "Macron flew to Warsaw after meeting Scholz in Berlin.",
        ),
        (
            "Macron flew to Warsaw after meeting Scholz in Berlin.",
            "Macron met Scholz in Berlin before flying to Warsaw.",
        ),
        (
            "The earthquake struck at 4 a.m. before dawn.",
            "The earthquake struck before dawn.",
        ),
        (
            "Voters in Ohio approved the measure, while those in Texas rejected it.",
            "Ohio voters approved the measure.",
        ),
        (
            "Voters in Ohio approved the measure, while those in Texas rejected it.",
            "Texas voters rejected the measure.",
        ),
        (
            "The 26-mile race was won by Kipchoge in two hours.",
            "Kipchoge won the 42-kilometre race in two hours.",
        ),
        (
            "The pipeline is 1,200 kilometres long.",
            "The pipeline is about 750 miles long.",
        ),
        (
            "Sales in the first half rose 5 percent; in the second half they fell 2 percent.",
            "Sales fell 2 percent in the second half.",
        ),
        (
            "Half the votes had been counted by midnight.",
            "By midnight half of the votes had been counted.",
        ),
        (
            "Fewer than half of the votes had been counted by midnight.",
            "Less than half the votes had been counted by midnight.",
        ),
        (
            "Turkish troops entered Syria on Monday.",
            "Troops from Turkey entered Syria on Monday.",
        ),
        (
            "He moved from Spain to France in 2010 and back to Spain in 2015.",
            "He moved to France in 2010.",
        ),
        (
            "The price of oil fell below $80 for the first time since 2021.",
            "Oil fell below $80.",
        ),
        (
            "In 2015 scientists found water on Mars.",
            "Scientists found water on Mars in 2015.",
        ),
        (
            "By 2030 emissions must fall 40 percent.",
            "Emissions must fall 40 percent by 2030.",
        ),
        (
            "A total of 1984 delegates attended.",
            "1,984 delegates attended.",
        ),
        (
            "Since 2010 earnings have doubled.",
            "Earnings have doubled since 2010.",
        ),
        (
            "Biden, who beat Trump in 2020, won the primary on Tuesday.",
            "Biden won the primary on Tuesday.",
        ),
        (
            "Apple, which sued Samsung, won the case.",
            "Apple won the case.",
        ),
        (
            "French President Emmanuel Macron met German Chancellor Olaf Scholz in Berlin.",
            "Macron met Scholz in Berlin.",
        ),
        (
            "Paris and London agreed to the deal; Berlin refused to sign.",
            "London agreed to the deal.",
        ),
        (
            "Microsoft and Google fell 3 percent.",
            "Google fell 3 percent.",
        ),
        (
            "Microsoft, Google and Apple reported profits on Tuesday.",
            "Microsoft reported profits on Tuesday.",
        ),
        (
            "Smith told Jones that Brown had left the company.",
            "Brown had left the company.",
        ),
        (
            "Russia said Ukraine fired drones at Belgorod.",
            "Ukraine fired drones at Belgorod.",
        ),
        (
            "The award went to Smith, while Jones won silver.",
            "Jones won silver.",
        ),
        (
            "John Smith, Tesco's chief executive, resigned on Monday.",
            "John Smith resigned on Monday.",
        ),
        (
            "Tesco's John Smith resigned on Monday.",
            "John Smith resigned on Monday.",
        ),
        (
            "Ahead of the Bank of England's decision, the Fed raised rates.",
            "The Fed raised rates.",
        ),
        (
            "After Spain lost to Italy, Germany won the cup.",
            "Germany won the cup.",
        ),
        (
            "Police in Leeds said Bradford was safe.",
            "Bradford was safe.",
        ),
        (
            "Obama, like Bush before him, visited Hiroshima.",
            "Obama visited Hiroshima.",
        ),
        (
            "The Conservatives gained 20 seats and Labour lost 15.",
            "The Conservatives gained 20 seats.",
        ),
        (
            "Prices rose in May after falling in April.",
            "Prices rose in May.",
        ),
        (
            "Prices rose in May after falling in April.",
            "Prices fell in April.",
        ),
        (
            "The court acquitted Jones but convicted Smith.",
            "The court convicted Smith.",
        ),
        (
            "Most of the workers are immigrants, and some of the workers are students.",
            "Most of the workers are immigrants.",
        ),
        (
            "Many voters stayed at home.",
            "Many voters stayed at home on the day.",
        ),
        (
            "The number of visitors rose by 10 percent to 5,000.",
            "The number of visitors rose to 5,000.",
        ),
        (
            "Flights from Oslo to Rome and from Rome to Oslo were cancelled.",
            "Flights from Rome to Oslo were cancelled.",
        ),
        (
            "He voted for the bill in May and against the budget in June.",
            "He voted against the budget.",
        ),
        (
            "The deal was signed before the election and announced after the vote.",
            "The deal was announced after the vote.",
        ),
        (
            "England beat Germany 2-1 and lost to Spain 3-0.",
            "England lost to Spain 3-0.",
        ),
        (
            "The minister did not resign but apologised.",
            "The minister apologised.",
        ),
        (
            "Japan's economy grew faster than China's.",
            "China's economy grew slower than Japan's.",
        ),
        (
            "'We will rebuild,' the president said after Obama signed the order.",
            "Obama signed the order.",
        ),
        (
            "Apple chief Tim Cook said sales rose, Microsoft's Nadella said they fell.",
            "Tim Cook said sales rose.",
        ),
        (
            "US officials met on Monday.",
            "U.S. officials met on Monday.",
        ),
        (
            "U.S. officials met on Monday.",
            "US officials met on Monday.",
        ),
        (
            "The FBI arrested him on Monday.",
            "The F.B.I. arrested him on Monday.",
        ),
        (
            "British officials met on Monday in Oslo.",
            "UK officials met on Monday in Oslo.",
        ),
        (
            "The United States withdrew on Monday from Syria.",
            "The US withdrew on Monday from Syria.",
        ),
        (
            "France's police arrested three men on Monday.",
            "French police arrested three men on Monday.",
        ),
        (
            "American officials met on Monday.",
            "US officials met on Monday.",
        ),
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
            "Four people were killed in Kharkiv and nine in Odesa, officials said.",
            "Nine people were killed in Odesa.",
        ),
        (
            "The party won 30 seats in the south and 12 in the north.",
            "The party won 12 seats in the north.",
        ),
        (
            "Nadal won the final against Federer.",
            "Federer lost to Nadal in the final.",
        ),
        (
            "Nadal won against Federer in the final.",
            "Federer lost to Nadal in the final.",
        ),
        (
            "Leicester lost 2-0 at home to Everton.",
            "Everton won 2-0 at Leicester.",
        ),
        (
            "The euro rose against the dollar.",
            "The dollar fell against the euro.",
        ),
        (
            "Biden leads Trump nationally, but Trump is ahead in Ohio.",
            "Trump leads in Ohio.",
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
            "No one was killed in the attack.",
            "The attack killed nobody.",
        ),
        (
            "The attack caused no injuries.",
            "Nobody was injured in the attack.",
        ),
        (
            "Work on the bridge started in 2005.",
            "Work on the bridge did not start until 2005.",
        ),
        (
            "The walk covered 40 km.",
            "The walk covered 25 miles.",
        ),
        (
            "U.S. and British officials met on Monday.",
            "British and American officials met on Monday.",
        ),
        (
            "The U.S. and British governments met on Monday.",
            "The British and American governments met on Monday.",
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
