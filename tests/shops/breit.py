"""MariaDB: German names, and one wide table with a row for each order line that repeats all about its order, customer and product."""

from __future__ import annotations

from tests.shops.facts import COUNTRIES, FACTS, OrderLine
from tests.shops.tables import Shop, Table, entity, mapping_of

_STATUS = {"open": "offen", "paid": "bezahlt", "shipped": "versandt", "cancelled": "storniert", "refunded": "erstattet"}
_KANAL = {"web": "Netz", "store": "Laden", "phone": "Telefon"}
_GRUPPE = {"consumer": "privat", "business": "gewerblich", "public": "öffentlich"}
_ORDERS = {order.id: order for order in FACTS.orders}
_CUSTOMERS = {customer.id: customer for customer in FACTS.customers}
_PRODUCTS = {product.id: product for product in FACTS.products}


def _zeile(line: OrderLine) -> tuple[object, ...]:
    order, product = _ORDERS[line.order_id], _PRODUCTS[line.product_id]
    customer = _CUSTOMERS[order.customer_id]
    return (
        line.id, order.id, order.ordered_at, _STATUS[order.status], _KANAL[order.channel], order.shipping_fee, order.shipped_on, customer.id, customer.name,
        COUNTRIES[customer.country], product.id, product.name, product.category, line.quantity, line.unit_price, line.discount,
    )  # fmt: skip


TABLES = (
    Table(
        name="kunden",
        columns=[
            ("kundennr", "int", "integer"), ("kundenname", "varchar(80)", "string"), ("mailadresse", "varchar(80)", "string"), ("ort", "varchar(40)", "string"),
            ("land", "varchar(40)", "string"), ("kundengruppe", "varchar(20)", "string"), ("kunde_seit", "date", "date"), ("aktiv", "tinyint(1)", "boolean"),
        ],
        rows=[
            (c.id, c.name, c.email, c.city, COUNTRIES[c.country], _GRUPPE[c.segment], c.registered_on, int(c.is_active)) for c in FACTS.customers
        ],
        unique_keys=(("kundennr",),),
    ),
    Table(
        name="artikel",
        columns=[("artikelnr", "int", "integer"), ("bezeichnung", "varchar(80)", "string"), ("warengruppe", "varchar(40)", "string"), ("listenpreis", "decimal(10,2)", "decimal")],
        rows=[(p.id, p.name, p.category, p.list_price) for p in FACTS.products],
        unique_keys=(("artikelnr",),),
    ),
    Table(
        name="bestellpositionen_breit",
        columns=[
            ("positionsnr", "int", "integer"), ("bestellnr", "int", "integer"), ("bestelldatum", "datetime", "datetime"), ("bestellstatus", "varchar(20)", "string"),
            ("vertriebsweg", "varchar(20)", "string"), ("versandkosten", "decimal(10,2)", "decimal"), ("versandt_am", "date", "date"), ("kundennr", "int", "integer"),
            ("kundenname", "varchar(80)", "string"), ("land", "varchar(40)", "string"), ("artikelnr", "int", "integer"), ("artikelname", "varchar(80)", "string"),
            ("warengruppe", "varchar(40)", "string"), ("menge", "int", "integer"), ("einzelpreis", "decimal(10,2)", "decimal"), ("rabatt", "decimal(10,2)", "decimal"),
        ],
        rows=[_zeile(line) for line in FACTS.lines],
        unique_keys=(("positionsnr",),),
        indexes=["bestellnr", "kundennr", "bestellstatus"],
    ),
)  # fmt: skip

MAPPING = mapping_of(
    entity(
        "customer",
        {
            "id": "kundennr", "name": "kundenname", "email": "mailadresse", "city": "ort",
            "country": {"expression": "land", "values": {name: iso for iso, name in COUNTRIES.items()}},
            "segment": {"expression": "kundengruppe", "values": {group: segment for segment, group in _GRUPPE.items()}},
            "registered_on": "kunde_seit", "is_active": "aktiv",
        },
        source="kunden",
    ),
    entity("product", {"id": "artikelnr", "name": "bezeichnung", "category": "warengruppe", "list_price": "listenpreis"}, source="artikel"),
    entity(
        "order",
        {
            "id": "bestellnr", "customer_id": "kundennr", "ordered_at": "bestelldatum",
            "status": {"expression": "bestellstatus", "values": {word: status for status, word in _STATUS.items()}},
            "channel": {"expression": "vertriebsweg", "values": {word: channel for channel, word in _KANAL.items()}},
            "shipping_fee": "versandkosten", "shipped_on": "versandt_am",
        },
        sql="SELECT DISTINCT bestellnr, kundennr, bestelldatum, bestellstatus, vertriebsweg, versandkosten, versandt_am FROM bestellpositionen_breit",
    ),
    entity(
        "order_line",
        {"id": "positionsnr", "order_id": "bestellnr", "product_id": "artikelnr", "quantity": "menge", "unit_price": "einzelpreis", "discount": "rabatt"},
        source="bestellpositionen_breit",
    ),
)  # fmt: skip

BREIT = Shop(name="breit", dialect="mysql", tables=TABLES, mapping=MAPPING, rules={}, schema="laden")
