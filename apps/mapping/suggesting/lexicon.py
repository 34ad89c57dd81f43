"""What databases call things: each line is a concept and the words for it, English and German, whole and short."""

from __future__ import annotations

from functools import cache
from typing import Final

_CONCEPTS: Final = """
account: account acct acc konto konten mandant
active: active aktiv enabled
address: address addr adresse anschrift adr
age: age alter
amount: amount amt betrag betraege wert
begin: begin start started starts beginn anfang von from since seit ab
billing: billing bill abrechnung
birth: birth born geburt geburts geb
brand: brand marke hersteller manufacturer
cancel: cancel canceled cancelled cancellation storno storniert stornierung stornier gekuendigt kuendigung abgebrochen churned churn
category: category categories cat ktg kategorie kategorien warengruppe produktgruppe artikelgruppe warengr wgr
channel: channel kanal vertriebsweg vertriebskanal
city: city town stadt ort wohnort
code: code cd kuerzel kennzeichen kz schluessel
comment: comment note notes remark bemerkung kommentar notiz anmerkung
consumer: consumer private privat privatkunde endkunde b2c
business: business gewerblich geschaeftlich geschaeftskunde firmenkunde b2b commercial corporate gewerbe
public: oeffentlich behoerde government
card: card karte kreditkarte creditcard ec
transfer: transfer ueberweisung wire
cash: cash bar barzahlung
wallet: wallet paypal geldboerse
other: other sonstige sonstiges andere
company: company firma unternehmen organisation organization org
complete: complete completed abgeschlossen erledigt fulfilled
cost: cost costs kosten einkaufspreis ek einstandspreis
count: count cnt anz
country: country ctry land laender nation staat
create: create created creation erstellt angelegt anlage erfasst erfassung added insert inserted
currency: currency curr cur ccy waehrung whg wrg
customer: customer cust cst client kunde kunden kunde kd kdn kundin abnehmer buyer kaeufer debitor besteller shopper
date: date dat dt datum day tag
deliver: deliver delivered delivery zugestellt geliefert lieferung liefer zustellung
description: description descr desc beschreibung beschr text langtext
discount: discount disc rabatt nachlass rab
draft: draft entwurf
due: due faellig faelligkeit
email: email mail
employee: employee emp staff mitarbeiter angestellter personal
end: end ended ends ende until till bis finish finished
fail: fail failed failure fehlgeschlagen gescheitert abgelehnt declined
fee: fee gebuehr entgelt
female: female weiblich
first: first vorname given
gender: gender sex geschlecht anrede
gross: gross brutto
group: group grp gruppe
id: id ident identifier key uid guid uuid kennung pk
interval: interval intervall turnus zeitraum period periode cycle
invoice: invoice inv rechnung rechnungs rg faktura
is: is ist has hat flag
item: item items itm
language: language lang sprache
last: last nachname surname familienname
line: line lines position positionen pos posten zeile zeilen detail details
list: list liste
location: location standort
male: male maennlich
method: method methode art weise
monthly: monthly month monat monatlich monats mtl
name: name nm nam bezeichnung bez benennung
net: net netto
new: new neu
number: number num nbr no nr nummer
open: open offen
order: order orders ord bestellung bestellungen bestell auftrag auftraege auftrags auftr beleg purchase einkauf
pack: package paket pack
paid: paid bezahlt gezahlt beglichen
pause: pause paused pausiert
pay: pay payment payments pmt zahlung zahlungen zahl bezahlung zahlart
pending: pending wartend ausstehend wartet
percent: percent pct prozent proz quote rate
phone: phone tel telephone telefon telefonnummer mobile handy rufnummer
plan: plan tarif tariff abomodell
postal: postal postcode zip plz postleitzahl
price: price prc preis preise pr vk verkaufspreis
product: product products prod prd produkt produkte artikel art ware waren sku
quantity: quantity qty menge mng anzahl stueck stueckzahl stk stck units seats
receive: received eingegangen eingang erhalten
reason: reason grund
refund: refund refunded refunds erstattung erstattet gutschrift rueckzahlung
region: region bundesland state_province provinz gebiet bezirk
register: register registered registration signup registriert registrierung anmeldung
return: return returned returns retoure retourniert rueckgabe zurueckgegeben retouren
revenue: revenue umsatz erloes turnover
sale: sale sales verkauf verkaeufe vertrieb absatz
segment: segment
ship: ship shipped shipping shipment shipments sent dispatch dispatched porto versand versendet versandt verschickt freight fracht lieferkosten
status: status stat state zustand stand
stock: stock lager bestand inventory lagerbestand
store: store shop filiale laden geschaeft markt
street: street str strasse
subscription: subscription subscriptions sub abo abonnement vertrag vertraege contract membership
succeed: succeeded success successful erfolgreich
sold: sold
supplier: supplier vendor lieferant lieferanten kreditor
tax: tax taxes vat mwst ust steuer umsatzsteuer mehrwertsteuer
time: time ts tms timestamp zeit zeitpunkt uhrzeit at am on
title: title titel
total: total ttl gesamt summe sum gesamtbetrag gesamtsumme endbetrag
trial: trial test probe
type: type typ
unit: unit einzel stueckpreis einheit each
update: update updated changed modified geaendert aenderung aktualisiert
usage: usage nutzung verbrauch consumption
user: user usr benutzer nutzer
valid: valid gueltig
value: value val
void: void ungueltig
web: web website webshop online internet netz onlineshop
weight: weight gewicht
year: year jahr jaehrlich annual yearly
inactive: inactive inaktiv disabled gesperrt locked blocked deleted geloescht archived deaktiviert
yes: yes ja
nope: nein
""".strip()

_PHRASES: Final = {
    "vorname": ("first", "name"),
    "nachname": ("last", "name"),
    "familienname": ("last", "name"),
    "surname": ("last", "name"),
    "plz": ("postal", "code"),
    "postleitzahl": ("postal", "code"),
    "zip": ("postal", "code"),
    "postcode": ("postal", "code"),
    "einzelpreis": ("unit", "price"),
    "stueckpreis": ("unit", "price"),
    "einzelpr": ("unit", "price"),
    "ep": ("unit", "price"),
    "vk": ("price",),
    "ek": ("cost",),
    "warengruppe": ("category",),
    "zahlart": ("pay", "method"),
    "zahlungsart": ("pay", "method"),
    "zahlweg": ("pay", "method"),
    "gesamtbetrag": ("total", "amount"),
    "gesamtsumme": ("total",),
    "endbetrag": ("total", "amount"),
    "telefonnummer": ("phone",),
    "rufnummer": ("phone",),
    "kundin": ("customer",),
    "geb": ("birth",),
    "dob": ("birth", "date"),
    "mrr": ("monthly", "revenue"),
    "uuid": ("id",),
    "anlage": ("create",),
    "stat": ("status",),
    "trialing": ("trial",),
    "moneyback": ("refund",),
    "ct": ("cent",),
}
"""Single words that mean several concepts."""

_NOISE: Final = "tbl tab t tb table dim fact fct stg src raw vw v view dbo public app data daten tabelle the der die das und and fk ref"
NOISE: Final = frozenset(_NOISE.split())
"""Words that tell nothing of what something is."""

_CENTS: Final = "cent cents cts ct minor kleinste rappen pence pennies"
CENTS: Final = frozenset(_CENTS.split())
"""Words that say an amount is counted in hundredths."""

LINKS: Final = ("s", "n", "en", "es", "e", "ns")
"""What stands between the parts of a German compound."""


@cache
def concepts() -> dict[str, tuple[str, ...]]:
    """Every word that is known, and what it means."""
    known = {word: (concept,) for concept, _, words in (line.partition(":") for line in _CONCEPTS.splitlines()) for word in words.split()}
    return {**known, **_PHRASES, **dict.fromkeys(CENTS, ("cent",))}


_COUNTRIES: Final = """
AT Austria Österreich|AU Australia Australien|BE Belgium Belgien|BG Bulgaria Bulgarien|BR Brazil Brasilien|CA Canada Kanada|CH Switzerland Schweiz|CL Chile
CN China|CO Colombia Kolumbien|CY Cyprus Zypern|CZ Czechia Tschechien Czech_Republic|DE Germany Deutschland|DK Denmark Dänemark|EE Estonia Estland
EG Egypt Ägypten|ES Spain Spanien|FI Finland Finnland|FR France Frankreich|GB United_Kingdom Großbritannien Great_Britain Vereinigtes_Königreich England UK
GR Greece Griechenland|HR Croatia Kroatien|HU Hungary Ungarn|ID Indonesia Indonesien|IE Ireland Irland|IL Israel|IN India Indien|IS Iceland Island
IT Italy Italien|JP Japan|KR South_Korea Südkorea|LI Liechtenstein|LT Lithuania Litauen|LU Luxembourg Luxemburg|LV Latvia Lettland|MA Morocco Marokko
MT Malta|MX Mexico Mexiko|MY Malaysia|NG Nigeria|NL Netherlands Niederlande Holland|NO Norway Norwegen|NZ New_Zealand Neuseeland|PE Peru|PH Philippines Philippinen
PL Poland Polen|PT Portugal|RO Romania Rumänien|RS Serbia Serbien|RU Russia Russland|SE Sweden Schweden|SG Singapore Singapur|SI Slovenia Slowenien
SK Slovakia Slowakei|TH Thailand|TR Turkey Türkei|TW Taiwan|UA Ukraine|US United_States USA Vereinigte_Staaten America|VN Vietnam|ZA South_Africa Südafrika
""".strip()


@cache
def country_codes() -> dict[str, str]:
    """Names of countries in lower case, and their two letters."""
    entries = [entry.split() for entry in _COUNTRIES.replace("\n", "|").split("|")]
    return {name.replace("_", " ").casefold(): code for code, *names in entries for name in names}
