"""What the catalogue index holds of a product. Rules only."""

from commerce.catalog.model import Product
from commerce.search.model import IndexDocument, ProductSummary, shortened


def document_of(product: Product) -> IndexDocument:
    """What the index holds of an active product."""
    summary = ProductSummary(
        id=product.id,
        name=product.name,
        slug=product.slug,
        short_description=shortened(product.description),
        price_minor=product.price_minor,
        currency=product.currency,
        stock=product.available,
        category_id=product.category_id,
        category_slug=product.category_slug,
        category_name=product.category_name,
        brand=product.brand,
        tags=product.tags,
        seller_id=product.seller_id,
        image=product.images[0] if product.images else "",
        is_featured=product.is_featured,
        created_at=product.created_at,
        updated_at=product.updated_at,
        original_price_minor=product.original_price_minor,
        condition=product.condition,
        is_digital=product.is_digital,
        review_count=product.figures.reviews,
        rating_sum=product.figures.rating_sum,
        rating_micros=product.figures.rating_micros,
        favorite_count=product.figures.favorites,
        view_count=product.figures.views,
    )
    return IndexDocument(summary, product.description, product.category_path)
