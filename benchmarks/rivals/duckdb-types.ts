export type TypeList = Readonly<Record<string, string>>;

/** Types of columns, so that DuckDB does not detect them and no text becomes a time. */
export const flat: TypeList = {
  id: 'BIGINT',
  url: 'VARCHAR',
  title: 'VARCHAR',
  price: 'DOUBLE',
  currency: 'VARCHAR',
  inStock: 'BOOLEAN',
  rating: 'DOUBLE',
  category: 'VARCHAR',
  description: 'VARCHAR',
  updatedAt: 'VARCHAR',
};

const offer =
  'STRUCT(sku VARCHAR, seller STRUCT(name VARCHAR, country VARCHAR), cost DOUBLE, delivery STRUCT(days BIGINT, fee DOUBLE), available BOOLEAN)';

export const nested: TypeList = {
  url: 'VARCHAR',
  name: 'VARCHAR',
  brand: 'VARCHAR',
  price: 'STRUCT(amount DOUBLE, currency VARCHAR, was DOUBLE)',
  breadcrumbs: 'VARCHAR[]',
  attributes: 'STRUCT(color VARCHAR, material VARCHAR, size STRUCT(width BIGINT, height BIGINT, depth BIGINT), weight BIGINT)',
  rating: 'STRUCT(average DOUBLE, count BIGINT)',
  offers: `${offer}[]`,
  description: 'VARCHAR',
};

export const nestedSelection = `o.sku, o.cost, o.available, o.seller.name AS "seller.name", o.seller.country AS "seller.country",
  o.delivery.days AS "delivery.days", o.delivery.fee AS "delivery.fee", url, name, brand,
  price.amount AS "price.amount", price.currency AS "price.currency", price.was AS "price.was",
  attributes.color AS "attributes.color", attributes.material AS "attributes.material",
  attributes.size.width AS "attributes.size.width", attributes.size.height AS "attributes.size.height",
  attributes.size.depth AS "attributes.size.depth", attributes.weight AS "attributes.weight",
  rating.average AS "rating.average", rating.count AS "rating.count", description`;

/** Without hidden fields, `images` and the weight. */
export const shownSelection = `url, name, brand, price, breadcrumbs,
  {color: attributes.color, material: attributes.material, size: attributes.size} AS attributes, rating, offers, description`;
