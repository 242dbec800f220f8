/** Fields of the records of `nested`, with offers unwound and objects flattened. */
export const nestedFields: readonly string[] = (
  'sku,cost,available,seller.name,seller.country,delivery.days,delivery.fee,url,name,brand,price.amount,price.currency,price.was,' +
  'attributes.color,attributes.material,attributes.size.width,attributes.size.height,attributes.size.depth,attributes.weight,' +
  'rating.average,rating.count,description'
).split(',');

/** As a query. */
export const unwoundQuery = `unwind=offers&flatten=price,attributes,rating,seller,delivery&fields=${nestedFields.join(',')}`;
