"""Names of countries and regions, as restrictions print them: ``TURKEY OUT``, ``SYROUT``."""

from __future__ import annotations

import re

_NAMES = """
Afghanistan|Africa|Albania|Algeria|Angola|Argentina|Armenia|Asia|Australia|Australasia|Austria
|Azerbaijan|Bahrain|Balkans|Bangladesh|Belarus|Belgium|Belgique|Benelux|Bolivia|Bosnia|Brazil
|Brasil|Bulgaria|Cambodia|Cameroon|Canada|Catalonia|Chile|China|Colombia|Costa Rica|Croatia|Cuba
|Cyprus|Czech Republic|Czechia|Denmark|Deutschland|Dominican Republic|Ecuador|Egypt|El Salvador
|England|Estonia|Ethiopia|Europe|Finland|France|Georgia|Germany|German-speaking countries|Ghana
|Great Britain|Greece|Guatemala|Honduras|Hong Kong|Hungary|Iceland|India|Indonesia|Iran|Iraq
|Ireland|Israel|Italy|Italia|Ivory Coast|Japan|Jordan|Kazakhstan|Kenya|Kosovo|Kuwait
|Latin America|Latvia|Lebanon|Libya|Liechtenstein|Lithuania|Luxembourg|Luxemburg|Macau|Malaysia
|Malta|Mexico|Middle East|Moldova|Mongolia|Montenegro|Morocco|Myanmar|Nepal|Netherlands
|The Netherlands|New Zealand|Nicaragua|Nigeria|Nordics|North America|North Korea|North Macedonia
|Northern Ireland|Norway|Österreich|Oman|Pakistan|Panama|Paraguay|Peru|Philippines|Poland
|Portugal|Puerto Rico|Qatar|Quebec|Republic of Ireland|Romania|Russia|Saudi Arabia|Scandinavia
|Schweiz|Scotland|Senegal|Serbia|Singapore|Slovakia|Slovenia|South Africa|South America
|South Korea|Korea|Spain|España|Sri Lanka|Sudan|Suisse|Sweden|Switzerland|Syria|Taiwan|Tanzania
|Thailand|Tunisia|Turkey|Türkiye|Turkiye|Uganda|Ukraine|United Arab Emirates|United Kingdom
|United States|Uruguay|Uzbekistan|Venezuela|Vietnam|Wales|Yemen|Zimbabwe|UK|U\\.K\\.|USA|US|U\\.S\\.
|UAE|EU|GB|LATAM|MENA|GSA|DACH|D-A-CH
"""
# ISO 3166-1 alpha-3, and the letters of the Olympic committee where wires use them instead.
_CODES = """
AFG ALB DZA AND AGO ARG ARM AUS AUT AZE BHR BGD BLR BEL BOL BIH BRA BGR KHM CMR CAN CHL CHN COL CRI
HRV CUB CYP CZE DNK DOM ECU EGY SLV EST ETH FIN FRA GEO DEU GER GHA GRC GRE GTM HND HKG HUN ISL IND
IDN IRN IRQ IRL ISR ITA CIV JPN JOR KAZ KEN PRK KOR KWT LVA LBN LBY LIE LTU LUX MAC MYS MLT MEX MDA
MNG MNE MAR MMR NPL NLD NED NZL NIC NGA MKD NOR OMN PAK PAN PRY PER PHL POL PRT POR PRI QAT ROU RUS
SAU SEN SRB SGP SVK SVN ZAF RSA KSA LKA SDN SWE CHE SUI SYR TWN TZA THA TUN TUR UGA UKR ARE GBR USA
URY UZB VEN VNM YEM ZWE DEN NZ UK US
"""


def _alternatives(names: str) -> str:
    words = sorted("".join(names.split("\n")).split("|"), key=len, reverse=True)
    return "|".join(word.replace(" ", r"\s") for word in words if word)


PLACE = rf"(?:{_alternatives(_NAMES)})"
"""Pattern of a place's name, longest first."""

CODE = rf"(?:{'|'.join(sorted(_CODES.split(), key=len, reverse=True))})"
"""Pattern of a country's three letters (and of ``UK``, ``US``), in upper case only."""

PLACES = rf"{PLACE}(?:(?:\s?[,/&;]\s?(?:and\s)?|\s(?:and|AND|or|OR)\s){PLACE}(?![^\W\d_])){{0,12}}"
"""Pattern of one place, or of a list of them."""

_JOINT = re.compile(r"\s?[,/&;]\s?(?:and\s)?|\s(?:and|or)\s", re.IGNORECASE)


def listed(names: str) -> tuple[str, ...]:
    """The places of a list, as printed, white space made one space."""
    return tuple(" ".join(one.split()) for one in _JOINT.split(names) if one.strip())
