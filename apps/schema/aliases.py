"""Other names of values that no likeness of letters finds: countries and their codes (ISO 3166-1), months, weekdays, yes and no."""

from __future__ import annotations

from collections import defaultdict

from apps.schema.words import normalized

_GROUPS = """
United States | United States of America | USA | US | America
United Kingdom | Great Britain | Britain | UK | GB | GBR
United Arab Emirates | UAE | AE | ARE
Germany | Deutschland | DE | DEU
France | FR | FRA
Spain | España | ES | ESP
Italy | Italia | IT | ITA
Portugal | PT | PRT
Netherlands | The Netherlands | Holland | NL | NLD
Belgium | BE | BEL
Austria | Österreich | AT | AUT
Switzerland | Schweiz | CH | CHE
Poland | PL | POL
Czech Republic | Czechia | CZ | CZE
Denmark | DK | DNK
Sweden | SE | SWE
Norway | NO | NOR
Finland | FI | FIN
Ireland | IE | IRL
Greece | GR | GRC
Hungary | HU | HUN
Romania | RO | ROU
Turkey | Türkiye | TR | TUR
Russia | Russian Federation | RU | RUS
Ukraine | UA | UKR
China | People's Republic of China | PRC | CN | CHN
Japan | JP | JPN
South Korea | Korea | Republic of Korea | KR | KOR
India | IN | IND
Indonesia | ID | IDN
Singapore | SG | SGP
Thailand | TH | THA
Vietnam | Viet Nam | VN | VNM
Philippines | PH | PHL
Malaysia | MY | MYS
Australia | AU | AUS
New Zealand | NZ | NZL
Canada | CA | CAN
Mexico | MX | MEX
Brazil | Brasil | BR | BRA
Argentina | AR | ARG
Chile | CL | CHL
Colombia | CO | COL
Peru | PE | PER
South Africa | ZA | ZAF
Egypt | EG | EGY
Nigeria | NG | NGA
Kenya | KE | KEN
Israel | IL | ISR
Saudi Arabia | SA | SAU | KSA
January | Jan
February | Feb
March | Mar
April | Apr
August | Aug
September | Sep | Sept
October | Oct
November | Nov
December | Dec
Monday | Mon
Tuesday | Tue
Wednesday | Wed
Thursday | Thu
Friday | Fri
Saturday | Sat
Sunday | Sun
Yes | Y | True
No | N | False
Male | M | Man | Men
Female | F | Woman | Women
"""


def _read() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in _GROUPS.strip().splitlines():
        names = {normalized(name) for name in line.split("|")}
        for name in names:
            found[name] |= names
    return {name: frozenset(group) for name, group in found.items()}


_ALIASES = _read()


def other_names(term: str) -> frozenset[str]:
    """Normalised names of the same thing. A code of one or two letters counts only in capitals: `in`, `it`, `no` are words first."""
    if len(term.strip()) <= 2 and not term.strip().isupper():
        return frozenset()
    name = normalized(term)
    return _ALIASES.get(name, frozenset()) - {name}
