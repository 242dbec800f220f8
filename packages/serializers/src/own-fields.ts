/**
 * Whether someone gave all objects fields that `for in` would take for their own. Where nobody did, `for in` reads the fields of what came
 * from JSON at half the cost of `Object.keys` (6 % of a whole run of jsonl).
 */
export function objectsInherit(): boolean {
  for (const _ in {}) return true;
  return false;
}
