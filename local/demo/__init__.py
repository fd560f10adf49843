"""The demo shop: its people, its catalogue and its pictures. Seeded through the product's own services."""
