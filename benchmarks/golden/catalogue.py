"""A realistic catalogue to judge search by: the demo shop's products and some 900 more, the same on every machine.

    Kind(category, name, brands, tags, lowest and highest price, text, variants)

Each kind makes one product for each brand and variant. Its slug is name, variant and brand, so the golden queries name
what is relevant by patterns of slugs. Kinds that share words but not a purpose (phone and phone case, coffee maker and
coffee table) are there on purpose, and texts use a word of their own choice where shoppers have several.
"""

import hashlib
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from commerce.catalog.model import slug_of
from commerce.search.model import IndexDocument, ProductSummary, shortened
from local.demo import catalogue as demo

_FIRST_CREATED = 1_760_000_000_000
_CONDITIONS = ("new", "new", "new", "new", "like_new", "good", "fair")


class Kind(NamedTuple):
    """A kind of products; lists are written as text, separated by commas."""

    category: str
    name: str
    brands: str
    tags: str
    prices: tuple[int, int]
    text: str
    variants: str


KINDS = [
    # Phones and computers
    Kind("electronics", "Phone Case", "Shellby, Armox, Linnea", "accessories, protection", (8, 35),
         "Slim {v} cover with raised edges that saves the screen when it falls.", "Clear, Black, Leather, Rugged"),
    Kind("electronics", "Screen Protector", "Shellby, Armox", "accessories, protection", (6, 20),
         "Tempered {v} glass against scratches, with a frame for applying it straight.", "Matte, Privacy, Clear"),
    Kind("electronics", "Laptop Sleeve", "Linnea, Armox", "accessories, travel", (18, 45),
         "Padded felt sleeve for computers of {v} with a pocket for the charger.", "13 inch, 14 inch, 16 inch"),
    Kind("electronics", "Laptop Stand", "Deskly, Armox", "office, ergonomics", (25, 70),
         "Raises the screen to eye level. {v}, folds flat.", "Aluminium, Walnut, Adjustable"),
    Kind("electronics", "Mechanical Keyboard", "Clackworks, Tilia", "computer, typing", (60, 180),
         "Hot-swappable switches, {v} layout, white backlight.", "Compact, Full Size, Silent"),
    Kind("electronics", "Wireless Mouse", "Clackworks, Tilia, Deskly", "computer", (15, 80),
         "{v} pointer with three buttons and a scroll wheel, battery for a year.", "Ergonomic, Travel, Gaming"),
    Kind("electronics", "Monitor", "Tilia, Vistara", "computer, display", (120, 640),
         "{v} panel with thin borders and a stand that turns upright.", "24 inch, 27 inch, 32 inch, Ultrawide"),
    Kind("electronics", "Webcam", "Vistara, Deskly", "computer, video calls", (30, 120),
         "Sharp {v} picture for meetings, with a shutter for privacy.", "HD, 4K"),
    Kind("electronics", "Television", "Vistara, Orbis", "home cinema, display", (250, 1900),
         "{v} with deep blacks and apps for films and series.", "43 inch, 55 inch, 65 inch OLED"),
    Kind("electronics", "Soundbar", "Lark, Orbis", "home cinema, audio", (90, 480),
         "Voices you understand and bass you feel, {v}.", "Compact, with Subwoofer"),
    Kind("electronics", "Noise Cancelling Headphones", "Lark, Orbis, Sonum", "audio, music, travel", (120, 390),
         "Over-ear and quiet in any aeroplane, {v}. Thirty hours of battery.", "Black, Silver, Blue"),
    Kind("electronics", "Portable Charger", "Ampere, Tilia", "power, travel", (20, 80),
         "{v} of energy in your pocket for a weekend away from the socket.", "5000 mAh, 10000 mAh, 20000 mAh"),
    Kind("electronics", "Charging Cable", "Ampere, Shellby", "power, accessories", (5, 25),
         "Braided {v} lead that survives ten thousand bends.", "USB-C, Lightning, Micro USB"),
    Kind("electronics", "Smartwatch", "Nimbus, Pulsar", "wearable, fitness", (99, 420),
         "Heart rate, sleep and messages on your wrist. {v} strap.", "Sport, Steel, Leather"),
    Kind("electronics", "Fitness Tracker", "Pulsar, Orbis", "wearable, sport", (29, 110),
         "Counts steps and swims along. {v} band.", "Slim, Waterproof"),
    Kind("electronics", "Digital Camera", "Vistara, Optika", "photography", (280, 1600),
         "{v} body with a fast sensor and film-like colours.", "Compact, Mirrorless, DSLR"),
    Kind("electronics", "Camera Tripod", "Optika, Deskly", "photography, travel", (25, 160),
         "Steady legs of {v} with a ball head.", "Carbon, Aluminium, Mini"),
    Kind("electronics", "Tablet", "Nimbus, Tilia", "reading, drawing", (160, 780),
         "{v} with pen support for notes, films and sketches.", "8 inch, 10 inch, 12 inch Pro"),
    Kind("electronics", "E-Reader", "Foliant, Nimbus", "reading, books", (90, 230),
         "Paper-like {v} display that does not tire the eyes, thousands of novels inside.", "6 inch, 7 inch"),
    Kind("electronics", "Game Controller", "Clackworks, Orbis", "gaming, console", (30, 90),
         "{v} pad with precise sticks for consoles and computers.", "Wireless, Wired"),
    Kind("electronics", "Wi-Fi Router", "Orbis, Netzwerk", "internet, network", (45, 260),
         "Fast signal in every room, {v}.", "Dual Band, Mesh, Tri Band"),
    Kind("electronics", "External Hard Drive", "Netzwerk, Tilia", "storage, backup", (50, 190),
         "Keeps {v} of photos and files safe.", "1 TB, 2 TB, 4 TB"),
    # Kitchen and home
    Kind("home-and-kitchen", "Coffee Maker", "Mokka, Brewster", "kitchen, drinks", (35, 180),
         "Drip machine, {v}, keeps the pot warm for two hours.", "10 Cups, Programmable, Glass"),
    Kind("home-and-kitchen", "Coffee Grinder", "Mokka, Brewster", "kitchen, drinks", (25, 140),
         "{v} burrs that grind beans evenly.", "Manual, Electric"),
    Kind("home-and-kitchen", "Coffee Table", "Norrsken, Eichwald", "furniture, living room", (90, 420),
         "Low {v} top with a shelf for magazines.", "Oak, Glass, Round Walnut"),
    Kind("home-and-kitchen", "Electric Kettle", "Brewster, Hearth", "kitchen, drinks", (20, 90),
         "Boils a litre in three minutes, {v}, switches itself off.", "Steel, Glass, Gooseneck"),
    Kind("home-and-kitchen", "Blender", "Hearth, Pulpo", "kitchen, smoothies", (30, 210),
         "Crushes ice and frozen fruit, {v}.", "Countertop, Personal, Hand"),
    Kind("home-and-kitchen", "Toaster", "Hearth, Brewster", "kitchen, breakfast", (22, 95),
         "Even browning, {v}, crumb tray.", "2 Slice, 4 Slice"),
    Kind("home-and-kitchen", "Frying Pan", "Herd, Hearth", "kitchen, cooking", (18, 80),
         "{v} surface for eggs that slide.", "Nonstick 24 cm, Nonstick 28 cm, Steel 26 cm"),
    Kind("home-and-kitchen", "Vacuum Cleaner", "Sauber, Orbis", "cleaning", (80, 520),
         "Strong suction for carpets and pet hair, {v}.", "Cordless, Bagless, Robot"),
    Kind("home-and-kitchen", "Refrigerator", "Hearth, Polaris", "kitchen, appliances", (300, 1500),
         "Keeps food cold and fresh, {v}, quiet.", "Mini, Double Door, with Freezer"),
    Kind("home-and-kitchen", "Washing Machine", "Sauber, Polaris", "laundry, appliances", (320, 980),
         "Cleans {v} of clothes with little water.", "7 kg, 9 kg"),
    Kind("home-and-kitchen", "Insulated Bottle", "Alpina, Thermia", "drinks, travel, hiking", (15, 45),
         "Steel flask that keeps tea hot for twelve hours and water cold for a day. {v}.", "500 ml, 750 ml, 1 Litre"),
    Kind("home-and-kitchen", "Travel Mug", "Thermia, Brewster", "drinks, commute", (12, 35),
         "Leakproof cup with a lid, {v}.", "Black, White, Steel"),
    Kind("home-and-kitchen", "Desk Lamp", "Lumora, Deskly", "lighting, office", (20, 95),
         "Dimmable {v} light with a long arm.", "LED, Brass, Clamp"),
    Kind("home-and-kitchen", "Floor Lamp", "Lumora, Norrsken", "lighting, living room", (45, 240),
         "Warm light from above, {v} base.", "Arc, Tripod, Reading"),
    Kind("home-and-kitchen", "Standing Desk", "Deskly, Norrsken", "furniture, office, ergonomics", (190, 720),
         "Work on your feet: {v} frame with memory for heights.", "Electric, Manual, Corner"),
    Kind("home-and-kitchen", "Office Chair", "Deskly, Ergon", "furniture, office, ergonomics", (90, 560),
         "{v} back that supports the spine through long days.", "Mesh, Leather, with Headrest"),
    Kind("home-and-kitchen", "Sofa", "Norrsken, Eichwald", "furniture, living room", (380, 1900),
         "Seats {v}, washable covers.", "Two, Three, Corner Five"),
    Kind("home-and-kitchen", "Bookshelf", "Eichwald, Norrsken", "furniture, storage", (60, 340),
         "{v} boards that do not bend.", "Narrow, Wide, Ladder"),
    Kind("home-and-kitchen", "Memory Foam Pillow", "Dormir, Linnea", "bedroom, sleep", (22, 70),
         "Holds the neck, {v}, breathable cover.", "Soft, Firm, Side Sleeper"),
    Kind("home-and-kitchen", "Duvet", "Dormir, Linnea", "bedroom, sleep", (45, 190),
         "Light and warm cover for the bed, {v} filling.", "Down, Wool, Summer"),
    Kind("home-and-kitchen", "Bath Towel", "Linnea, Dormir", "bathroom", (9, 40),
         "Thick cotton loops, {v}.", "Grey, White, Green"),
    Kind("home-and-kitchen", "Air Purifier", "Sauber, Polaris", "air, allergy", (80, 360),
         "Filters pollen and dust from {v}.", "Small Rooms, Large Rooms"),
    Kind("home-and-kitchen", "Space Heater", "Hearth, Polaris", "heating, winter", (30, 140),
         "Warms a cold room in minutes, {v}.", "Ceramic, Oil Filled"),
    Kind("home-and-kitchen", "Knife Set", "Herd, Stahl", "kitchen, cooking", (50, 260),
         "{v} blades in a wooden block.", "5 Pieces, 8 Pieces"),
    Kind("home-and-kitchen", "Scented Candle", "Lumora, Brisa", "decoration, gift", (8, 32),
         "Burns forty hours and smells of {v}.", "Lavender, Cedar, Vanilla"),
    # Clothing
    Kind("clothing", "Running Shoes", "Strider, Velox, Alpina", "sport, footwear", (60, 180),
         "Light trainers with a springy sole, {v}.", "Men Blue, Women Red, Trail, Women Black"),
    Kind("clothing", "Hiking Boots", "Alpina, Strider", "outdoor, footwear, waterproof", (80, 240),
         "Ankle support and deep treads for mountains, {v}.", "Men, Women, Leather"),
    Kind("clothing", "Rain Jacket", "Alpina, Regn", "outdoor, waterproof", (50, 220),
         "Taped seams and a hood that stay dry in a storm, {v}.", "Yellow, Navy, Packable"),
    Kind("clothing", "Winter Coat", "Regn, Norrsken", "warm, outerwear", (110, 380),
         "Filled with down for frost and wind, {v}.", "Women Long, Men Parka, Kids"),
    Kind("clothing", "Wool Sweater", "Linnea, Regn", "warm, knitwear", (45, 150),
         "Soft merino {v}, knitted in one piece.", "Grey, Green, Cardigan"),
    Kind("clothing", "T-Shirt", "Linnea, Velox, Bruno", "cotton, basics", (9, 35),
         "Organic cotton, {v}, keeps its shape.", "White, Black, Striped, Red"),
    Kind("clothing", "Jeans", "Bruno, Indigo", "denim, trousers", (40, 130),
         "Sturdy denim, {v} cut.", "Slim, Straight, High Waist"),
    Kind("clothing", "Summer Dress", "Linnea, Brisa", "women, light", (35, 120),
         "Airy viscose for hot days, {v}.", "Floral, Blue, Maxi"),
    Kind("clothing", "Leather Belt", "Bruno, Indigo", "accessories", (20, 70),
         "Full-grain strap, {v} buckle.", "Brown, Black"),
    Kind("clothing", "Sunglasses", "Optika, Brisa", "accessories, summer", (15, 160),
         "Polarised lenses, {v} frame.", "Round, Aviator, Sport"),
    Kind("clothing", "Wool Socks", "Alpina, Linnea", "warm, basics", (7, 25),
         "Warm feet in boots, {v}.", "Thick, Thin, Knee High"),
    Kind("clothing", "Winter Gloves", "Alpina, Regn", "warm, accessories", (14, 80),
         "Fleece inside, {v}, work with touch screens.", "Leather, Knitted, Ski"),
    # Sports and outdoors
    Kind("sports", "Yoga Mat", "Zenya, Velox", "fitness, training", (15, 75),
         "Grippy {v} mat for stretching on any floor.", "Cork, Thick, Travel"),
    Kind("sports", "Dumbbells", "Ferro, Velox", "fitness, strength, gym", (20, 260),
         "Pair of {v} weights with knurled grips.", "2 kg, 10 kg, Adjustable"),
    Kind("sports", "Camping Tent", "Alpina, Nomad", "outdoor, camping", (70, 480),
         "Stands in five minutes, sleeps {v}.", "One, Two, Four"),
    Kind("sports", "Sleeping Bag", "Alpina, Nomad", "outdoor, camping", (35, 260),
         "Warm down to {v}, packs small.", "Zero Degrees, Minus Ten, Summer"),
    Kind("sports", "Camping Stove", "Nomad, Hearth", "outdoor, camping, cooking", (20, 110),
         "Boils water on gas at any altitude, {v}.", "Single Burner, Two Burners"),
    Kind("sports", "Hiking Backpack", "Alpina, Nomad", "outdoor, travel", (50, 260),
         "Carries {v} close to the back, with a rain cover.", "20 Litres, 40 Litres, 65 Litres"),
    Kind("sports", "Bicycle Helmet", "Velox, Alto", "cycling, safety", (25, 130),
         "Light shell with a dial at the back, {v}.", "Road, Kids, Urban"),
    Kind("sports", "Mountain Bike", "Alto, Velox", "cycling, outdoor", (420, 2400),
         "{v} frame with disc brakes and front suspension.", "Hardtail, Full Suspension"),
    Kind("sports", "Bike Lock", "Alto, Stahl", "cycling, safety", (15, 90),
         "Hardened {v} that thieves give up on.", "Chain, U Lock, Folding"),
    Kind("sports", "Football", "Velox, Strider", "ball, team sport", (12, 60),
         "Stitched {v} ball for grass.", "Match, Training, Street"),
    Kind("sports", "Tennis Racket", "Velox, Zenya", "tennis, team sport", (30, 210),
         "Graphite frame, {v}.", "Beginner, Tournament"),
    Kind("sports", "Swimming Goggles", "Velox, Maris", "swimming, water", (8, 40),
         "Fog-free lenses and a soft seal, {v}.", "Adult, Kids, Mirrored"),
    Kind("sports", "Fishing Rod", "Maris, Nomad", "fishing, water", (25, 190),
         "Carbon blank, {v}.", "Spinning, Fly, Telescopic"),
    Kind("sports", "Headlamp", "Nomad, Lumora", "outdoor, light, camping", (12, 70),
         "Bright beam that leaves the hands free, {v}.", "Rechargeable, Compact"),
    # Toys, beauty, garden, stationery
    Kind("toys", "Building Blocks", "Klotz, Pino", "construction, children", (12, 90),
         "{v} bricks that fit all others.", "Starter, City, Castle"),
    Kind("toys", "Board Game", "Meeple, Pino", "family, evening", (15, 65),
         "For two to five players and an hour together: {v}.", "Strategy, Cooperative, Party"),
    Kind("toys", "Chess Set", "Meeple, Eichwald", "strategy, wood", (18, 140),
         "Carved pieces on a folding board, {v}.", "Travel, Tournament, Magnetic"),
    Kind("toys", "Jigsaw Puzzle", "Meeple, Pino", "family, quiet", (9, 35),
         "{v} with a poster to match.", "500 Pieces, 1000 Pieces, Wooden"),
    Kind("toys", "Stuffed Animal", "Pino, Brisa", "children, soft", (10, 45),
         "Cuddly {v} for small arms.", "Bear, Rabbit, Elephant"),
    Kind("toys", "Toy Car", "Klotz, Pino", "children, vehicles", (6, 40),
         "{v} with rubber wheels.", "Racer, Fire Engine, Remote Control"),
    Kind("toys", "Baby Stroller", "Pino, Alto", "baby, travel", (120, 640),
         "Pushes with one hand, {v}.", "Compact, Twin, All Terrain"),
    Kind("beauty", "Shampoo", "Brisa, Savon", "hair, care", (5, 24),
         "Mild cleanser for {v} hair, no silicone.", "Dry, Oily, Curly"),
    Kind("beauty", "Face Cream", "Brisa, Savon", "skin, care", (9, 60),
         "Moisturiser for {v} skin.", "Dry, Sensitive, Night"),
    Kind("beauty", "Sunscreen", "Brisa, Maris", "skin, summer", (8, 32),
         "High protection against UV, {v}.", "SPF 30, SPF 50, Kids"),
    Kind("beauty", "Perfume", "Brisa, Fleur", "fragrance, gift", (25, 140),
         "Eau de parfum with notes of {v}.", "Rose, Citrus, Amber"),
    Kind("beauty", "Electric Shaver", "Stahl, Orbis", "shaving, men", (35, 210),
         "Close cut, wet or dry, {v}.", "Foil, Rotary"),
    Kind("beauty", "Hair Dryer", "Orbis, Fleur", "hair, styling", (20, 160),
         "Ionic blower with {v}.", "Diffuser, Travel Size"),
    Kind("garden", "Lawn Mower", "Grünwerk, Stahl", "lawn, tools", (90, 560),
         "Cuts the grass, {v}.", "Electric, Petrol, Robot"),
    Kind("garden", "Garden Hose", "Grünwerk, Maris", "watering", (15, 70),
         "Kink-free, {v}, with nozzle.", "15 m, 30 m"),
    Kind("garden", "Flower Pot", "Terra, Norrsken", "plants, balcony", (6, 48),
         "{v} planter with a saucer.", "Clay, Concrete, Hanging"),
    Kind("garden", "Barbecue Grill", "Hearth, Nomad", "outdoor, cooking", (60, 520),
         "Sausages and vegetables over {v}.", "Charcoal, Gas"),
    Kind("garden", "Pruning Shears", "Grünwerk, Stahl", "plants, tools", (10, 55),
         "Clean cuts through twigs, {v}.", "Bypass, Long Reach"),
    Kind("stationery", "Fountain Pen", "Inkwell, Foliant", "writing, gift", (15, 160),
         "{v} nib that glides.", "Fine, Medium, Calligraphy"),
    Kind("stationery", "Notebook", "Inkwell, Foliant", "writing, paper", (5, 28),
         "Ninety sheets of {v} paper, thread-bound.", "Ruled, Dotted, Plain"),
    Kind("stationery", "Backpack", "Linnea, Inkwell", "school, bag", (25, 110),
         "Room for folders and a computer, {v}.", "Grey, Navy, Kids"),
    Kind("stationery", "Scientific Calculator", "Inkwell, Tilia", "school, mathematics", (12, 110),
         "{v} functions for exams.", "Standard, Graphing"),
    Kind("stationery", "Desk Organizer", "Deskly, Inkwell", "office, storage", (10, 45),
         "A place for pens, clips and notes, {v}.", "Bamboo, Mesh"),
]  # fmt: skip


def _listed(written: str) -> list[str]:
    return [part.strip() for part in written.split(",")]


def _number(slug: str, below: int) -> int:
    return int.from_bytes(hashlib.blake2b(slug.encode(), digest_size=4).digest()) % below


def documents() -> Iterator[IndexDocument]:
    """The whole catalogue, as the index is given it."""
    created = _FIRST_CREATED
    for shown in demo.products():
        created += 1000
        yield _document(created, shown.slug, shown.name, shown.category, shown.brand, shown.tags, shown.price_minor,
                        shown.description)  # fmt: skip
    for kind in KINDS:
        for variant, brand in product(_listed(kind.variants), _listed(kind.brands)):
            created += 1000
            name = f"{kind.name} {variant}"
            slug = slug_of(f"{name} {brand}")
            low, high = kind.prices
            price = (low + _number(slug, high - low)) * 100 + 99
            text = kind.text.replace("{v}", variant)
            yield _document(created, slug, name, kind.category, brand, tuple(_listed(kind.tags)), price, text)


def _document(
    created: int, slug: str, name: str, category: str, brand: str, tags: tuple[str, ...], price: int, text: str
) -> IndexDocument:
    names = {slug_of(title): title for title in demo.CATEGORIES}
    number = (created - _FIRST_CREATED) // 1000
    summary = ProductSummary(
        id=number,
        name=name,
        slug=slug,
        short_description=shortened(text),
        price_minor=price,
        currency="USD",
        stock=_number(slug, 12),
        category_id=1 + list(names).index(category),
        category_slug=category,
        category_name=names[category],
        brand=brand,
        tags=tags,
        seller_id=1 + number % 20,
        image="",
        is_featured=number % 20 == 0,
        created_at=created,
        updated_at=created,
        condition=_CONDITIONS[_number(slug, len(_CONDITIONS))],
    )
    return IndexDocument(summary, text)
