import { loadPlan, type PartStore, type Plan } from '@dataset-items/parts';

/** Plans that a worker keeps: one of 10,000 ranges has some megabytes as objects. */
const most = 4;

/** The plan of an export, read from the store once. @param asked tells exports of the same id apart */
export type Plans = (id: string, asked: number) => Promise<Plan>;

export function plansIn(store: PartStore): Plans {
  const kept = new Map<string, Promise<Plan>>();
  return (id, asked) => {
    const key = `${asked} ${id}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const loading = loadPlan(id, store);
    kept.set(key, loading);
    loading.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return loading;
  };
}
