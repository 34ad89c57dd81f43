"""The words of English that the offline engine understands beside the names in a schema."""

from __future__ import annotations

from typing import Final

Meaning = tuple[str, str]


def _phrases(kind: str, data: str, *texts: str) -> dict[tuple[str, ...], Meaning]:
    return {tuple(text.split()): (kind, data) for text in texts}


PHRASES: Final[dict[tuple[str, ...], Meaning]] = {
    **_phrases("count", "", "how many", "number of", "count of", "count", "counts of", "total number of", "total count of"),
    **_phrases("count", "", "amount of", "how often", "the number of times"),
    **_phrases("agg", "sum", "total", "sum of", "sum", "how much", "total amount of", "totals", "combined", "overall"),
    **_phrases("agg", "avg", "average", "avg", "mean", "on average"),
    **_phrases("agg", "max", "maximum", "max"),
    **_phrases("agg", "min", "minimum", "min"),
    **_phrases("distinct", "", "different", "distinct", "unique"),
    **_phrases("super", "desc", "highest", "largest", "biggest", "greatest", "most", "top", "best", "longest", "maximal"),
    **_phrases("super", "asc", "lowest", "smallest", "least", "fewest", "shortest", "bottom", "worst", "minimal"),
    **_phrases("super", "desc:price", "most expensive", "priciest"),
    **_phrases("super", "asc:price", "least expensive", "cheapest"),
    **_phrases("super", "desc:age", "oldest"),
    **_phrases("super", "asc:age", "youngest"),
    **_phrases("super", "desc:date", "latest", "newest", "most recent", "most recently", "last"),
    **_phrases("super", "asc:date", "earliest", "first"),
    **_phrases("super", "desc:count", "most common", "most frequent", "most often", "most frequently"),
    **_phrases("super", "desc:selling", "best selling", "bestselling", "top selling", "best sold", "most sold"),
    **_phrases("super", "desc:popular", "most popular"),
    **_phrases("super", "asc:popular", "least popular"),
    **_phrases("trend", "", "over time", "trend", "trends"),
    **_phrases("super", "asc:selling", "worst selling", "least sold", "least selling"),
    **_phrases("measure", "order value", "average order value", "average order size", "average basket", "average basket value", "aov"),
    **_phrases("super", "asc:count", "least common", "least frequent", "rarest"),
    **_phrases("compare", ">", "more than", "greater than", "over", "above", "larger than", "higher than", "exceeding", "exceeds", ">"),
    **_phrases("compare", ">", "bigger than", "longer than", "in excess of", "exceed"),
    **_phrases("compare", "<", "less than", "fewer than", "under", "below", "lower than", "smaller than", "shorter than", "<"),
    **_phrases("compare", ">=", "at least", "no less than", "not less than", "no fewer than", ">=", "greater than or equal to"),
    **_phrases("compare", "<=", "at most", "no more than", "not more than", "up to", "<=", "less than or equal to"),
    **_phrases("compare", ">:age", "older than"),
    **_phrases("compare", "<:age", "younger than"),
    **_phrases("compare", "<:price", "cheaper than"),
    **_phrases("compare", "=", "equal to", "equals", "=", "exactly"),
    **_phrases("compare", "!=", "not equal to", "!=", "<>", "other than", "different from"),
    **_phrases("atleast", ">=", "or more", "or higher", "or above", "and above", "or greater"),
    **_phrases("atleast", "<=", "or less", "or lower", "or fewer", "or below", "and below"),
    **_phrases("between", "", "between"),
    **_phrases("group", "", "per", "by", "for each", "for every", "each", "every", "in each", "of each", "by each", "in every"),
    **_phrases("group", "", "across", "grouped by", "group by", "broken down by", "split by", "from each", "at each", "with each"),
    **_phrases(
        "order", "", "ordered by", "order by", "sorted by", "sort by", "ranked by", "in order of", "in the order of", "sort them by"
    ),
    **_phrases("order", "", "order them by", "order the results by", "sorted in order of", "ordered in order of", "sort the results by"),
    **_phrases("order", "desc", "in descending order of", "in decreasing order of", "descending order of", "in descending order by"),
    **_phrases("order", "asc", "in ascending order of", "in increasing order of", "in alphabetical order of", "ascending order of"),
    **_phrases(
        "direction", "desc", "descending", "in descending order", "desc", "decreasing", "in decreasing order", "from highest to lowest"
    ),
    **_phrases(
        "direction", "desc", "from high to low", "from most to least", "from the highest to the lowest", "largest first", "newest first"
    ),
    **_phrases("direction", "asc", "ascending", "in ascending order", "asc", "increasing", "from lowest to highest", "from low to high"),
    **_phrases("direction", "asc", "alphabetically", "in alphabetical order", "in lexicographical order", "in increasing order"),
    **_phrases("like", "contains", "containing", "contains the word", "contain the word", "containing the word", "includes the word"),
    **_phrases(
        "like", "contains", "including the word", "has the substring", "contains the substring", "contain the substring", "contains"
    ),
    **_phrases("like", "contains", "contains the letter", "contain the letter", "has the word", "contain"),
    **_phrases(
        "like",
        "starts",
        "starts with",
        "starting with",
        "start with",
        "begins with",
        "beginning with",
        "begin with",
        "starts with the letter",
    ),
    **_phrases("like", "ends", "ends with", "ending with", "end with"),
    **_phrases("without", "", "without", "without any", "who have no", "that have no", "which have no", "have no", "has no", "with no"),
    **_phrases(
        "without", "", "do not have any", "does not have any", "do not have", "does not have", "have not placed any", "never placed any"
    ),
    **_phrases(
        "without",
        "",
        "never placed an",
        "never placed a",
        "have never placed an",
        "have not made any",
        "not have any",
        "having no",
        "that never had",
    ),
    **_phrases(
        "without", "", "have never had any", "did not have any", "do not have an", "do not have a", "does not have a", "does not have an"
    ),
    **_phrases("negation", "", "not", "never", "no", "except", "excluding", "neither", "nor", "outside", "nobody", "none"),
    **_phrases("null", "is", "is missing", "are missing", "is unknown", "is null", "is empty", "are null"),
    **_phrases("null", "not", "is not null", "is known", "is not missing", "are not null", "is not empty"),
    **_phrases("or", "", "or"),
    **_phrases("and", "", "and", "as well as", "along with", "together with"),
    **_phrases("refuse", "a percentage", "percentage", "percent", "share of", "proportion", "fraction", "%"),
    **_phrases("refuse", "a ratio", "ratio"),
    **_phrases("refuse", "a comparison of periods or groups", "growth", "compared to", "compared with", "versus", "vs", "compare"),
    **_phrases("refuse", "a comparison of periods or groups", "year over year", "month over month", "difference", "increase", "decrease"),
    **_phrases("refuse", "a statistic beyond sum, average, minimum and maximum", "median", "percentile", "standard deviation", "variance"),
    **_phrases("refuse", "a running or ranked figure", "cumulative", "running", "rank of", "moving", "nth", "second", "third"),
    **_phrases("refuse", "a correlation", "correlation", "correlate", "correlated"),
    **_phrases("refuse", "a forecast", "forecast", "predict", "will"),
    **_phrases("refuse", "a set of conditions joined by both or either", "both", "either", "same", "only", "all of"),
    **_phrases(
        "refuse",
        "a comparison with another row",
        "than the average",
        "above average",
        "below average",
        "above the average",
        "below the average",
    ),
    **_phrases("refuse", "an explanation", "why"),
    **_phrases("word", "all rows", "all", "any"),
}
LONGEST_PHRASE: Final = max(len(words) for words in PHRASES)

STOP: Final = frozenset(
    """a an the of for to in on at from with and is are was were be been being do does did has have had having what which who whom whose
    when where show list give find get tell me us i we you your our my please can could would there that this these those it its they
    them their it's all any as into than then so how much return display select see want know like about name names information info details
    detail data records record rows row entries entry value values result results corresponding respective respectively along also
    ever placed made happened exist exists existing available listed recorded stored belong belongs belonging located live lives living
    come comes coming came called named titled named named by called between each per s t d used using use provide every one ones if or
    not count number amount identify report compute calculate determine fetch retrieve print output describe state look
    did we our across during within while he she his her him out up make makes take takes taken given associated related registered
    currently now so far in total total them just overall some but member members times time different used
    bought sold sell buy buys purchase purchased purchases ordered order made make earn earned spent spend generate generated new
    through via sign signed up joined registered created""".split()  # noqa: SIM905 - a list of words reads as text
)

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "client": ("customer",),
    "buyer": ("customer",),
    "shopper": ("customer",),
    "item": ("product",),
    "article": ("product",),
    "good": ("product",),
    "purchase": ("order",),
    "staff": ("employee",),
    "employee": ("staff", "worker"),
    "worker": ("employee",),
    "earning": ("salary",),
    "wage": ("salary",),
    "pay": ("salary",),
    "nation": ("country",),
    "town": ("city",),
    "cost": ("price",),
    "costs": ("price",),
    "gender": ("sex",),
    "sex": ("gender",),
    "mail": ("email",),
    "phone": ("telephone",),
    "telephone": ("phone",),
    "unit": ("quantity",),
    "type": ("kind",),
    "kind": ("type", "category"),
    "category": ("type",),
    "title": ("name",),
    "movie": ("film",),
    "film": ("movie",),
    "pupil": ("student",),
    "teacher": ("instructor",),
    "instructor": ("teacher",),
    "year": ("yr",),
    "date": ("day",),
    "region": ("area",),
    "supplier": ("vendor",),
    "vendor": ("supplier",),
    "shop": ("store",),
    "store": ("shop",),
    "stock": ("inventory",),
    "birthday": ("birth",),
    "born": ("birth",),
    "rating": ("rate",),
    "height": ("tall",),
    "tall": ("height",),
    "expensive": ("price",),
    "old": ("age",),
}

REVENUE_WORDS: Final = frozenset({"revenue", "sale", "turnover", "takings", "proceeds"})
MEASURE_WORDS: Final = {**dict.fromkeys(REVENUE_WORDS, "revenue"), "profit": "profit"}
"""Words for figures that may have to be computed, and what is looked for."""
GRAINS: Final = {
    "day": "day",
    "days": "day",
    "daily": "day",
    "date": "day",
    "week": "week",
    "weekly": "week",
    "weeks": "week",
    "month": "month",
    "months": "month",
    "monthly": "month",
    "quarter": "quarter",
    "quarterly": "quarter",
    "year": "year",
    "years": "year",
    "yearly": "year",
    "annual": "year",
    "annually": "year",
}
ADVERB_GRAINS: Final = frozenset({"daily", "weekly", "monthly", "quarterly", "yearly", "annual", "annually"})
"""Grains that group by themselves: "monthly sales"."""

HINTS: Final[dict[str, tuple[str, ...]]] = {"price": ("price", "cost", "rate", "amount"), "age": ("age",), "date": ("date", "year", "time")}
NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
