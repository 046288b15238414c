"""Claims as a newsroom would write them of its sources, right and wrong ones."""

import pytest

from app.grounding import Source, verify

_PUBLISHED = "2026-03-12"


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (
            "About 20% of adults smoke, according to the survey.",
            "One in four adults smokes.",
        ),
        (
            "The city marked 12 years since the attack.",
            "The city marked the 10th anniversary of the attack.",
        ),
        (
            "Prices rose 2.4 percent in February from a year earlier, the office said.",
            "Prices rose 2.4 percentage points in February.",
        ),
        (
            "The central bank raised its policy rate by 0.5 percentage points to 4.5 percent on Wednesday.",
            "The central bank raised its policy rate by 0.5 percent to 4.5 percent.",
        ),
        (
            "The central bank raised its policy rate by 0.5 percentage points to 4.5 percent on Wednesday.",
            "The central bank raised its policy rate by 4.5 percentage points.",
        ),
        (
            "The suspect, a 34-year-old former teacher from Ohio, was arrested on Tuesday.",
            "The suspect, a 34-year-old current teacher from Ohio, was arrested on Tuesday.",
        ),
        (
            "The Senate confirmed Judge Amy Park to the appeals court in a 51-49 vote.",
            "The Senate rejected Judge Amy Park.",
        ),
        (
            "Austria voted against the resolution.",
            "Australia voted against the resolution.",
        ),
        (
            "Niger expelled the French ambassador.",
            "Nigeria expelled the French ambassador.",
        ),
        (
            "Officials in Indiana confirmed the outbreak.",
            "Officials in India confirmed the outbreak.",
        ),
        (
            "Mike Johnson was elected speaker.",
            "Mike Johnston was elected.",
        ),
        (
            "The suspect was named as Maria Martinez.",
            "The suspect was named as Maria Martin.",
        ),
        (
            "Stephen Miller resigned on Friday.",
            "Stephanie Miller resigned on Friday.",
        ),
        (
            "Chief Justice John Roberts wrote the opinion, and Mr Roberts read it aloud.",
            "Mr Robertson wrote the opinion.",
        ),
        (
            "Alexander Petrov won the race.",
            "Alexandra Petrova won the race.",
        ),
        (
            "Support rose by 5 percentage points.",
            "Support rose by 5 percent.",
        ),
        (
            "Sales rose slightly.",
            "Sales rose sharply.",
        ),
        (
            "eBay bought the site.",
            "Tesla bought the site.",
        ),
        (
            "Amazon bought the site.",
            "Tesla bought the site.",
        ),
        (
            "Amazon.com bought the site on Monday, it said.",
            "Tesla bought the site on Monday.",
        ),
        (
            "Trump signed the bill into law.",
            "Biden signed the bill into law.",
        ),
        (
            "Hezbollah fired rockets at Israel.",
            "Hamas fired rockets at Israel.",
        ),
        (
            "Apple shares fell 3 percent on Tuesday.",
            "Microsoft shares fell 3 percent on Tuesday.",
        ),
        (
            "Axios reported that talks had collapsed.",
            "Reuters reported that talks had collapsed.",
        ),
        (
            "Shares were down 3 percent.",
            "Shares were up 3 percent.",
        ),
        (
            "Profit was down 5% at $4 billion.",
            "Profit was up 5% at $4 billion.",
        ),
        (
            "The rate edged up to 4.1% from 4.0%.",
            "The rate edged down to 4.1% from 4.0%.",
        ),
        (
            "Oil prices plunged to $90.",
            "Oil prices jumped to $90.",
        ),
        (
            "The panel confirmed the nominee.",
            "The panel rejected the nominee.",
        ),
        (
            "Regulators approved the merger.",
            "Regulators blocked the merger.",
        ),
        (
            "Profit beat forecasts.",
            "Profit missed forecasts.",
        ),
        ("The bank will cut 500 jobs.", "The bank cut 500 jobs."),
        ("The bank said it would cut 500 jobs.", "The bank cut 500 jobs."),
        ("Microsoft plans to buy the startup.", "Microsoft bought the startup."),
        ("Smith is accused of murdering his wife.", "Smith murdered his wife."),
        ("Smith was charged with killing two men.", "Smith killed two men."),
        ("He would have won the election.", "He won the election."),
        ("The company may close the plant next year.", "The company has closed the plant."),
        ("Police tried to arrest the suspect.", "Police arrested the suspect."),
        ("He allegedly fled the country.", "He fled the country."),
        ("The Pentagon said the company will cut 500 jobs.", "The WHO said the company will cut 500 jobs."),
        ("The former president spoke.", "The president spoke."),
        ("The vice president signed the bill.", "The president signed the bill."),
        ("The bridge opened in 1937.", "The bridge opened in the 1940s."),
        ("The law took effect in 2019.", "The law took effect two years ago."),
        ("Nearly 50 people died.", "More than 50 people died."),
        ("More than 50 people died.", "Nearly 50 people died."),
        ("53 people died.", "Nearly 50 people died."),
        ("The country exports 5 million gallons a day.", "The country exports 5 million barrels a day."),
        ("The legal wife of Lyle Jeffs has filed for divorce.", "Lyle Jeffs has filed for divorce."),
        ("Jeffs's wife Charlene has filed for divorce.", "Jeffs has filed for divorce."),
        ("Trump supporters stormed the building.", "Trump stormed the building."),
        ("The mayor's lawyer was arrested on Friday.", "The mayor was arrested on Friday."),
        ("A spokesman for Mr Park resigned on Monday.", "Mr Park resigned on Monday."),
        ("The man who attacked the mayor was jailed for ten years.", "The mayor was jailed for ten years."),
        ("The firm, which competes with Boeing, cut 500 jobs.", "Boeing cut 500 jobs."),
        ("The brother of the mayor of Oslo was arrested.", "The mayor of Oslo was arrested."),
        ("Members who opposed Corbyn resigned.", "Corbyn resigned."),
        ("Kim's half-brother was killed at an airport.", "Kim was killed at an airport."),
        ("Mr Park's uncle, Ali, was convicted of fraud.", "Mr Park was convicted of fraud."),
        ("The mother of the suspect, Jane Doe, cried in court.", "The suspect cried in court."),
        ("The chauffeur of the princess had been drinking.", "The princess had been drinking."),
    ],
)
def test_a_claim_that_says_something_else_is_not_supported(source: str, claim: str):
    assert verify(claim, [Source(text=source, published=_PUBLISHED)], None).verdict != "supported"


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (
            "One in five adults smokes, the ministry said.",
            "Twenty percent of adults smoke.",
        ),
        (
            "The president arrived in Hong Kong to mark 20 years since it was handed back.",
            "The president arrived in Hong Kong for the 20th anniversary of its return.",
        ),
        (
            "The prime minister was forced from office in a no-confidence vote in parliament.",
            "The prime minister was forced from office in a vote of no confidence.",
        ),
        (
            "The Bank of England cut its rate by 0.25 percentage points.",
            "The bank cut its rate by a quarter of a point.",
        ),
        (
            "The Federal Reserve raised rates by 50 basis points on Wednesday.",
            "The Fed raised rates by half a percentage point.",
        ),
        (
            "The Federal Reserve raised its key rate by a quarter of a percentage point on Wednesday.",
            "The Fed raised rates by 25 basis points.",
        ),
        (
            "The vote is due on March 16.",
            "The vote is due on Monday.",
        ),
        (
            "The vote takes place on Saturday.",
            "The vote takes place on 14 March.",
        ),
        (
            "The election will be held on November 3, 2026.",
            "The election will be held in November.",
        ),
        (
            "Nearly 3,000 people were killed in the attacks of September 11, 2001.",
            "The Sept. 11 attacks killed nearly 3,000 people.",
        ),
        (
            "The Federal Reserve left rates unchanged.",
            "The Fed left rates unchanged.",
        ),
        (
            "The mayor of New York City resigned.",
            "NYC's mayor resigned.",
        ),
        (
            "Kremlin spokesman Dmitry Peskov said it would respond.",
            "The Kremlin said it would respond.",
        ),
        (
            "The court declined to block the law.",
            "The court refused to block the law.",
        ),
        (
            "The government did not support the plan.",
            "The government opposed the plan.",
        ),
        (
            "Italy spends less on defence than Germany.",
            "Germany spends more on defence than Italy.",
        ),
        (
            "The plan is ready, John Smith said.",
            "Mr Smith said the plan was ready.",
        ),
        (
            "Elon Musk, Tesla's chief executive, said the plant will open in June.",
            "Tesla CEO Elon Musk said the plant would open in June.",
        ),
        (
            "Apple spokesman Fred Sainz said the company would appeal the ruling.",
            "Apple said it would appeal the ruling.",
        ),
        (
            "The truce is over, Hamas spokesman Abu Obeida said.",
            "Hamas said the truce was over.",
        ),
        (
            "Two soldiers were killed, Pentagon press secretary Sean Parnell said.",
            "The Pentagon said two soldiers were killed.",
        ),
        (
            "Forty people were killed, the health ministry in Gaza said.",
            "The Health Ministry said 40 people were killed.",
        ),
        (
            "The riot of January 6, 2021, led to hundreds of arrests.",
            "The Jan. 6 riot led to hundreds of arrests.",
        ),
        (
            "Hamas attacked Israel on October 7, 2023.",
            "Hamas attacked Israel on Oct. 7.",
        ),
        (
            "The trial begins on March 13.",
            "The trial begins on Friday.",
        ),
        (
            "The trial will begin tomorrow.",
            "The trial will begin on Friday.",
        ),
        (
            "The company will report earnings on March 17.",
            "The company will report earnings on Tuesday.",
        ),
        (
            "He declined to comment.",
            "He refused to comment.",
        ),
        (
            "It was not immediately clear whether he will run.",
            "It is unclear whether he will run.",
        ),
        (
            "It remains unclear whether he will run.",
            "It was not immediately clear whether he will run.",
        ),
        (
            "The move is not illegal, the court said.",
            "The move is legal.",
        ),
        (
            "The move was not legal, the court ruled.",
            "The move was illegal.",
        ),
        (
            "The deal is not likely, he said.",
            "The deal is unlikely.",
        ),
        (
            "The government did not win the vote.",
            "The government lost the vote.",
        ),
        (
            "The two sides do not agree.",
            "The two sides disagree.",
        ),
        (
            "The policy is not popular with voters.",
            "The policy is unpopular.",
        ),
        (
            "The airport is not open.",
            "The airport is closed.",
        ),
        (
            "Men are less likely to vote than women.",
            "Women are more likely than men to vote.",
        ),
        (
            "Women earn more on average than men.",
            "Men earn less on average than women.",
        ),
        (
            "Japan exports less to the U.S. than China.",
            "China exports more to the U.S. than Japan.",
        ),
        ("The bank will cut 500 jobs next year.", "The bank is expected to cut 500 jobs."),
        ("Smith is accused of murdering his wife.", "Smith was charged with murdering his wife."),
        ("The minister resigned and will leave in June.", "The minister resigned."),
        ("The budget was cut by 5 percent, and may be cut again.", "The budget was cut by 5 percent."),
        ("The drug, approved in 2019, will be sold in Europe.", "The drug was approved in 2019."),
        ("The FDA approved the drug.", "The Food and Drug Administration approved the drug."),
        ("The WHO declared an emergency.", "The World Health Organization declared an emergency."),
        ("The World Health Organization declared an emergency.", "The WHO declared an emergency."),
        ("The CDC issued a warning.", "The Centers for Disease Control and Prevention issued a warning."),
        ("President Trump signed the bill.", "The president signed the bill."),
        ("The bridge opened in 1937.", "The bridge opened in the 1930s."),
        ("The law took effect in 2023.", "The law took effect three years ago."),
        ("He was arrested on Tuesday.", "He was arrested two days ago."),
        ("Nearly 50 people died.", "About 50 people died."),
        ("47 people died.", "Nearly 50 people died."),
        ("Nearly 50 people died.", "Fewer than 50 people died."),
        ("2.9 million people fled.", "Almost 3 million people fled."),
        (
            "The legal wife of Lyle Jeffs has filed for divorce.",
            "The wife of Lyle Jeffs has filed for divorce.",
        ),
        ("The lawyer for Epstein asked for bail.", "Epstein asked for bail."),
        ("Shares of Apple fell 3 percent.", "Apple fell 3 percent."),
        ("The man that police say Smith shot was from Ohio.", "Smith shot a man."),
        ("The house that Jones bought burned down.", "Jones bought the house."),
        ("People who thought Trump won the debate cheered.", "Trump won the debate."),
        ("A report that showed Apple lost customers was published.", "Apple lost customers."),
        ("The son of a teacher, Brown was elected in 2010.", "Brown was elected in 2010."),
        ("The killer of Ann Smith, Tom Brown, was jailed.", "Tom Brown was jailed."),
        ("Trump's lawyer Michael Cohen was jailed.", "Michael Cohen was jailed."),
        ("His brother James was arrested.", "James was arrested."),
        ("After the death of Smith, Jones took office.", "Jones took office."),
        ("The mother of three was killed in a crash.", "A mother of three was killed in a crash."),
        ("Scientists who studied the ice found that Greenland lost ice.", "Greenland lost ice."),
        ("The president of the club, Ali Berg, resigned.", "Club president Ali Berg resigned."),
        ("Friends of Smith said he was killed in 2010.", "Smith was killed in 2010."),
        ("A man who attacked the mayor was jailed.", "The man who attacked the mayor was jailed."),
    ],
)
def test_a_claim_that_says_the_same_is_blamed_for_nothing(source: str, claim: str):
    """Its words may be too few to bear it out; none of them is wrong."""
    assert verify(claim, [Source(text=source, published=_PUBLISHED)], None).problems == ()
