"""The demo shop's catalogue, written as families: a line of products of one brand, and its variants with their prices.

    Family(category, seller, brand, name, variants, tags, text)

`name` and `text` hold the variant as {v}. `variants` is "word price, word price, …". Stock follows from the name, so
the catalogue is the same on every machine; a few products are sold out, so that lists filtered by stock hide something.
"""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

WORKSHOP, CIRCUIT, FOLIANT = range(3)
CENTS = 100

CATEGORIES = {
    "Engine Parts": "What turns, seals and fires: parts for cars and motorcycles.",
    "Electronics": "Phones, sound and everything with a battery.",
    "Textbooks": "For the lecture hall and for the kitchen table.",
    "Home and Kitchen": "Pans, lamps and linen for everyday use.",
    "Clothing": "Plain, warm, and made to be mended.",
    "Sports": "On two wheels, in the water, up the wall.",
    "Beauty": "Soap, oil and not much else.",
    "Toys": "Wood, cardboard and a little imagination.",
    "Garden": "For the balcony and for the allotment.",
    "Stationery": "Paper, ink and order on the desk.",
}
_SOLD_OUT = {"Smartphone Retro", "Clutch Kit Race", "Espresso Pot 12 cups", "Kite Stunt", "Linear Algebra, 1st edition"}
_FEATURED = {"Smartphone Pro Max", "Wireless Headphones", "Piston", "Calculus, 3rd edition", "Touring Bike Alto"}


class Family(NamedTuple):
    """A line of products."""

    category: str
    seller: int
    brand: str
    name: str
    variants: str
    tags: str
    text: str


class DemoProduct(NamedTuple):
    """One product of the demo shop."""

    name: str
    slug: str
    category: str
    seller: int
    brand: str
    price_minor: int
    stock: int
    tags: tuple[str, ...]
    description: str
    is_featured: bool


FAMILIES = [
    # Engine parts
    Family("engine-parts", WORKSHOP, "Ferrum", "Piston{v}", " 2500.00",
           "engine piston forged", "Forged aluminium piston with rings and pin, 86 mm bore. Sold singly."),
    Family("engine-parts", WORKSHOP, "Ferrum", "Piston Ring Set {v}", "82 mm 89.00, 84 mm 92.50, 86 mm 96.00",
           "engine piston rings", "Chromed compression rings and an oil ring for a bore of {v}."),
    Family("engine-parts", WORKSHOP, "Volta", "Spark Plug {v}", "Copper 6.90, Iridium 14.50, Platinum 12.20",
           "engine ignition", "{v} electrode, M14 thread, gap set at the factory."),
    Family("engine-parts", WORKSHOP, "Klar", "Oil Filter {v}", "Compact 9.80, Standard 11.40, Long Life 18.90",
           "engine filter service", "Spin-on filter with a check valve, {v} grade."),
    Family("engine-parts", WORKSHOP, "Ferrum", "Timing Belt Kit {v}", "1.4 119.00, 1.6 129.00, 2.0 154.00, 2.5 189.00",
           "engine timing belt", "Belt, tensioner and idlers for {v} litre engines."),
    Family("engine-parts", WORKSHOP, "Brisk", "Brake Pads {v}", "Front 42.00, Rear 36.50, Ceramic 68.00",
           "brakes service", "{v} pads with wear indicator and fitting kit."),
    Family("engine-parts", WORKSHOP, "Brisk", "Clutch Kit {v}", "City 215.00, Touring 268.00, Race 540.00",
           "clutch transmission", "Pressure plate, disc and bearing, {v} tuning."),
    Family("engine-parts", WORKSHOP, "Volta", "Alternator {v}", "90 A 189.00, 120 A 229.00, 150 A 279.00",
           "electrics charging", "New, not remanufactured, {v}, with regulator."),

    # Electronics
    Family("electronics", CIRCUIT, "Nimbus", "Smartphone {v}",
           "Pro Max 999.99, Pro 749.00, Plus 489.00, Lite 229.00, Mini 319.00, Go 129.00, Retro 89.00",
           "phone mobile 5g", "Smartphone {v}: bright display, two days of battery, five years of updates."),
    Family("electronics", CIRCUIT, "Nimbus", "Foldable Phone {v}", "Air 1299.00, Classic 899.00",
           "phone foldable 5g", "Opens to a small tablet. {v} edition with a steel hinge."),
    Family("electronics", CIRCUIT, "Kestrel", "Rugged Phone {v}", "R1 179.00, R2 249.00, R3 329.00",
           "phone outdoor waterproof", "Drops, dust and rain do not matter to the {v}. Battery you can change."),
    Family("electronics", CIRCUIT, "Lark", "Wireless Headphones{v}", " 89.99",
           "audio headphones bluetooth music", "Over-ear headphones with forty hours of music and a cable."),
    Family("electronics", CIRCUIT, "Lark", "Earbuds {v}", "Basic 29.00, Sport 59.00, Studio 119.00",
           "audio earbuds bluetooth music", "{v} earbuds with a pocket case and three sizes of tips."),
    Family("electronics", CIRCUIT, "Lark", "Speaker {v}", "Pebble 39.90, Brick 79.90, Tower 189.00",
           "audio speaker bluetooth", "The {v} fills a room; two of them make stereo."),
    Family("electronics", CIRCUIT, "Tilia", "Laptop {v}", "11 449.00, 13 899.00, 15 1149.00, 15 Studio 1890.00",
           "computer laptop", "Quiet {v} laptop with a matte screen and a keyboard that survives coffee."),
    Family("electronics", CIRCUIT, "Tilia", "Charger {v}", "20 W 14.90, 65 W 34.90, 100 W 54.90",
           "power usb-c phone", "Fast {v} USB-C charger, as small as its heat allows."),
    Family("electronics", CIRCUIT, "Kestrel", "Power Bank {v}", "5 Ah 19.90, 10 Ah 29.90, 20 Ah 44.90",
           "power phone travel", "{v}, USB-C both ways, counts its own charge."),

    # Textbooks
    Family("textbooks", FOLIANT, "Foliant Press", "Calculus, {v} edition", "1st 18.00, 2nd 29.00, 3rd 58.00",
           "mathematics university", "Limits, derivatives and integrals, 900 exercises, honest answers. {v} edition."),
    Family("textbooks", FOLIANT, "Foliant Press", "Linear Algebra, {v} edition", "1st 16.00, 2nd 34.00, 3rd 52.00",
           "mathematics university", "From systems of equations to the singular value decomposition. {v} edition."),
    Family("textbooks", FOLIANT, "Foliant Press", "Organic Chemistry {v}", "I 64.00, II 66.00, Workbook 24.50",
           "chemistry university", "Mechanisms first, names second. Volume {v}."),
    Family("textbooks", FOLIANT, "Harbour House", "Microeconomics {v}", "Essentials 39.00, Complete 72.00",
           "economics university", "{v}: markets, and what happens when they fail."),
    Family("textbooks", FOLIANT, "Harbour House", "Spanish for {v}", "Beginners 21.00, Travellers 17.50, Readers 23.00",
           "language", "Thirty lessons for {v}, with recordings."),
    Family("textbooks", FOLIANT, "Harbour House", "Statistics with {v}", "Python 44.00, R 44.00, Pencil 28.00",
           "statistics programming", "Data, doubt and decisions, worked through with {v}."),
    Family("textbooks", FOLIANT, "Foliant Press", "Anatomy Atlas {v}", "Pocket 32.00, Student 69.00, Complete 139.00",
           "medicine university", "{v} atlas with 600 plates drawn from life."),

    # Home and kitchen
    Family("home-and-kitchen", FOLIANT, "Herd", "Cast Iron Pan {v}", "20 cm 29.00, 24 cm 39.00, 28 cm 49.00",
           "kitchen pan cooking", "Seasoned with oil, ready to fry. {v} across."),
    Family("home-and-kitchen", FOLIANT, "Herd", "Chef's Knife {v}", "16 cm 44.00, 20 cm 54.00, 24 cm 66.00",
           "kitchen knife cooking", "Carbon steel, {v}, beech handle."),
    Family("home-and-kitchen", CIRCUIT, "Mokka", "Espresso Pot {v}", "3 cups 24.00, 6 cups 31.00, 12 cups 44.00",
           "kitchen coffee", "Aluminium stove-top pot for {v}."),
    Family("home-and-kitchen", FOLIANT, "Halo", "Desk Lamp {v}", "White 59.00, Black 59.00, Brass 84.00",
           "light lamp desk", "{v}, dimmable, with a lamp anyone can change."),
    Family("home-and-kitchen", FOLIANT, "Lin", "Linen Sheet {v}", "Single 69.00, Double 99.00, King 119.00",
           "bed linen", "Washed linen, {v}. Cool in summer, warm in winter."),
    Family("home-and-kitchen", FOLIANT, "Herd", "Storage Jar {v}", "0.5 l 6.50, 1 l 8.50, 2 l 11.00",
           "kitchen glass storage", "Glass with a cork lid, {v}."),

    # Clothing
    Family("clothing", FOLIANT, "Norrland", "Wool Sweater {v}", "Navy 89.00, Oat 89.00, Forest 89.00, Rust 89.00",
           "wool winter", "Lambswool in {v}, with a repair kit in the pocket."),
    Family("clothing", FOLIANT, "Norrland", "Rain Jacket {v}", "Short 129.00, Long 159.00, Kids 79.00",
           "rain outdoor jacket", "{v} cut, waxed cotton, a hood that turns with you."),
    Family("clothing", FOLIANT, "Plain", "T-Shirt {v}", "White 19.00, Black 19.00, Grey 19.00, Blue 19.00",
           "cotton basic", "Heavy organic cotton, {v}."),
    Family("clothing", FOLIANT, "Plain", "Work Trousers {v}", "Canvas 74.00, Denim 79.00, Corduroy 84.00",
           "cotton trousers", "{v} with double knees."),
    Family("clothing", FOLIANT, "Plain", "Socks {v}", "Ankle 7.50, Crew 8.50, Hiking 12.00",
           "wool cotton", "Three pairs, {v} height."),
    Family("clothing", CIRCUIT, "Norrland", "Canvas Backpack {v}", "15 l 59.00, 22 l 74.00, 30 l 89.00",
           "bag travel laptop", "{v}, with a sleeve for a laptop."),

    # Sports
    Family("sports", WORKSHOP, "Alto", "Touring Bike {v}", "Alto 1290.00, Mezzo 990.00, Basso 790.00",
           "bicycle travel", "Steel frame, mudguards, racks: the {v} is ready to leave."),
    Family("sports", WORKSHOP, "Alto", "Bike Light {v}", "Front 34.00, Rear 22.00, Set 49.00",
           "bicycle light", "{v}, USB-C, seen from 500 metres."),
    Family("sports", WORKSHOP, "Crux", "Climbing Rope {v}", "40 m 99.00, 60 m 139.00, 70 m 159.00",
           "climbing rope", "Single rope 9.6 mm, {v}, dry treated."),
    Family("sports", WORKSHOP, "Crux", "Yoga Mat {v}", "Travel 34.00, Classic 49.00, Cork 69.00",
           "yoga mat", "{v} mat that stays where it is."),
    Family("sports", WORKSHOP, "Delfin", "Swim Goggles {v}", "Clear 16.00, Smoke 16.00, Mirror 24.00",
           "swimming", "{v} lenses, two nose bridges."),
    Family("sports", WORKSHOP, "Crux", "Kettlebell {v}", "8 kg 32.00, 12 kg 42.00, 16 kg 52.00, 24 kg 74.00",
           "strength training", "One piece of cast iron, {v}."),

    # Beauty
    Family("beauty", FOLIANT, "Oliva", "Soap {v}", "Olive 5.50, Lavender 6.00, Tar 6.50, Oat 6.00",
           "soap skin", "Cold-stirred soap, {v}, cured for six weeks."),
    Family("beauty", FOLIANT, "Oliva", "Face Oil {v}", "Argan 19.00, Rosehip 21.00, Jojoba 17.00",
           "oil skin", "{v} oil, pressed once, nothing added."),
    Family("beauty", FOLIANT, "Oliva", "Shampoo Bar {v}", "Nettle 9.50, Rosemary 9.50, Plain 8.50",
           "hair soap travel", "{v}, lasts for sixty washes."),
    Family("beauty", FOLIANT, "Rasur", "Safety Razor {v}", "Short 29.00, Long 32.00, Travel 36.00",
           "shaving", "{v} handle, brass, takes every double-edge blade."),
    Family("beauty", FOLIANT, "Rasur", "Hand Cream {v}", "30 ml 7.00, 75 ml 12.00",
           "skin cream", "{v} against winter and dish water."),
    Family("beauty", FOLIANT, "Oliva", "Bath Salt {v}", "Spruce 8.00, Citrus 8.00, Rose 8.00, Plain 6.50",
           "bath skin", "Sea salt, {v}, in a jar to be filled again."),

    # Toys
    Family("toys", FOLIANT, "Klotz", "Building Blocks {v}", "40 pieces 34.00, 80 pieces 59.00, 160 pieces 99.00",
           "wood building", "{v} of oiled maple in eight shapes."),
    Family("toys", FOLIANT, "Klotz", "Marble Run {v}", "Starter 44.00, Spiral 64.00, Tower 89.00",
           "wood marbles", "{v} set; every set fits every other."),
    Family("toys", FOLIANT, "Spielhof", "Board Game {v}", "Harvest 34.00, Lighthouse 39.00, Caravan 44.00",
           "game family", "{v}: one page of rules, many evenings."),
    Family("toys", FOLIANT, "Spielhof", "Puzzle {v}", "100 pieces 12.00, 500 pieces 16.00, 1000 pieces 19.00",
           "puzzle family", "{v}, thick cardboard, a harbour at dawn."),
    Family("toys", FOLIANT, "Drachen", "Kite {v}", "Diamond 19.00, Delta 29.00, Stunt 59.00",
           "outdoor kite", "{v} kite with line and tail."),
    Family("toys", CIRCUIT, "Klotz", "Robot Kit {v}", "Beetle 49.00, Crane 69.00, Rover 89.00",
           "robot building electronics", "Wood, motors and a battery: the {v} is built in an afternoon."),
    Family("toys", FOLIANT, "Klotz", "Wooden Train {v}", "Engine 14.00, Wagons 18.00, Bridge 16.00, Set 54.00",
           "wood train", "{v}, beech, runs on every common track."),

    # Garden
    Family("garden", WORKSHOP, "Spaten", "Hand Trowel {v}", "Narrow 14.00, Wide 15.00, Transplanting 16.00",
           "tool", "{v} blade, forged, ash handle."),
    Family("garden", WORKSHOP, "Spaten", "Pruning Shears {v}", "Bypass 34.00, Anvil 32.00, Left-handed 38.00",
           "tool pruning", "{v}, with a spring and blades that can be replaced."),
    Family("garden", WORKSHOP, "Keim", "Seeds {v}", "Tomato 3.20, Basil 2.80, Lettuce 2.60, Sunflower 2.90, Bean 3.10",
           "seeds organic", "{v}, an old variety, grown to be sown again."),
    Family("garden", WORKSHOP, "Keim", "Clay Pot {v}", "10 cm 3.50, 15 cm 5.50, 20 cm 8.50, 30 cm 16.00",
           "pot clay", "Fired hard enough for frost, {v}."),
    Family("garden", WORKSHOP, "Spaten", "Watering Can {v}", "5 l 24.00, 10 l 32.00",
           "tool watering", "Zinc, {v}, with a brass rose."),

    # Stationery
    Family("stationery", FOLIANT, "Blatt", "Notebook {v}", "A6 8.00, A5 12.00, A4 17.00, A5 dotted 12.50",
           "paper notebook", "{v}, sewn, lies flat, paper that takes ink."),
    Family("stationery", FOLIANT, "Blatt", "Fountain Pen {v}", "Student 24.00, Steel 49.00, Ebonite 119.00",
           "pen ink", "{v}, with a nib tuned by hand."),
    Family("stationery", FOLIANT, "Blatt", "Ink {v}", "Black 9.00, Blue 9.00, Walnut 10.50, Green 9.50",
           "ink", "50 ml of {v} ink, dries without a fuss."),
    Family("stationery", FOLIANT, "Blatt", "Pencil Box of {v}", "6 8.00, 12 14.00, 24 26.00",
           "pencil drawing", "{v} cedar pencils from 6B to 4H."),
    Family("stationery", CIRCUIT, "Tilia", "Desk Calculator {v}", "Solar 14.00, Printing 59.00, Scientific 24.00",
           "calculator office", "{v}, keys with a proper stroke."),
]  # fmt: skip


def products() -> list[DemoProduct]:
    """Every product of the demo shop, always in the same order.

    What the contracts' documents speak of comes last: lists show the newest first, so it stands on their first page.
    """
    return sorted(_of_families(), key=lambda product: product.is_featured)


def _of_families() -> Iterator[DemoProduct]:
    for family in FAMILIES:
        for variant in family.variants.split(", "):
            word, _, price = variant.rpartition(" ")
            name = family.name.format(v=word)
            yield DemoProduct(
                name=name,
                slug=_slug(name),
                category=family.category,
                seller=family.seller,
                brand=family.brand,
                price_minor=round(float(price) * CENTS),
                stock=0 if name in _SOLD_OUT else 50 if name in _FEATURED else 5 + _number(name) % 120,
                tags=tuple(family.tags.split()),
                description=family.text.format(v=word),
                is_featured=name in _FEATURED,
            )


def _slug(name: str) -> str:
    return "-".join("".join(sign if sign.isalnum() else " " for sign in name.lower().replace("'", "")).split())


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4])
