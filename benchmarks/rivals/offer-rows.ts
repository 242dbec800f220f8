import type { Item, Scalar } from 'dataset-items';

/** The rows of `nestedFields`, made by hand for software that cannot unwind and flatten. */
export function* offerRows(items: Iterable<Item>): Generator<Scalar[]> {
  for (const item of items) {
    const { price, attributes, rating, offers } = item as unknown as Product;
    for (const { sku, cost, available, seller, delivery } of offers) {
      yield [
        sku,
        cost,
        available,
        seller.name,
        seller.country,
        delivery.days,
        delivery.fee,
        item.url as string,
        item.name as string,
        item.brand as string,
        price.amount,
        price.currency,
        price.was,
        attributes.color,
        attributes.material,
        attributes.size.width,
        attributes.size.height,
        attributes.size.depth,
        attributes.weight,
        rating.average,
        rating.count,
        item.description as string,
      ];
    }
  }
}

interface Product {
  readonly price: { readonly amount: number; readonly currency: string; readonly was: number | null };
  readonly attributes: {
    readonly color: string;
    readonly material: string;
    readonly size: { readonly width: number; readonly height: number; readonly depth: number };
    readonly weight: number;
  };
  readonly rating: { readonly average: number; readonly count: number };
  readonly offers: readonly {
    readonly sku: string;
    readonly cost: number;
    readonly available: boolean;
    readonly seller: { readonly name: string; readonly country: string };
    readonly delivery: { readonly days: number; readonly fee: number };
  }[];
}
