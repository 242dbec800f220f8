import type { Place, Program } from '@dataset-items/kernel';
import type { Plan, PlanPlace } from '@dataset-items/query-pipeline';
import type { ElementPlace, ElementsForm } from '@dataset-items/serializers';
import type { KernelNumbers } from './changed-numbers.js';
import { escapesOf } from './escapes.js';
import { programOf } from './program.js';

/** A path of the items, with the element or attribute that a value here becomes. */
type Node = PlanPlace & Place & { readonly element: ElementPlace };

/** The kernel's program for records as elements. */
export function elementsProgram(
  plan: Plan,
  form: ElementsForm,
  betweenRecords: Uint8Array,
  numbers: KernelNumbers,
): Program<Node> {
  const { key, element } = plan;
  const { text, attribute, afterName, after, record } = form;
  const [inText, inAttributes] = [escapesOf(text), escapesOf(attribute)];
  const nodeOf = (place: PlanPlace, placed: ElementPlace): Node => {
    const { tag, isAttributes, isText, isOdd, changed } = placed;
    const isReported = changed !== undefined;
    return { ...place, tag, isAttributes, isText, isReported, isOdd: place.isOdd || isOdd, element: placed };
  };
  return {
    ...programOf(plan, () => -1, numbers),
    places: {
      root: nodeOf(plan.root, record),
      key: (parent, name) => {
        const place = key(parent, name);
        // A field of the record, which may come from inside of an item, or have another name there.
        if (place.slot !== undefined) return nodeOf(place, form.field(record, place.name ?? name));
        return nodeOf(place, form.field(parent.element, name));
      },
      element: (parent, index) => {
        const place = element(parent, index);
        return nodeOf(place, place.slot === undefined ? form.value(parent.element) : parent.element);
      },
      column: () => -1,
      report: ({ element: placed }) => form.report(placed),
    },
    writing: { kind: 'elements' },
    dialect: {
      ...{ betweenRecords, afterRecord: Buffer.from(after) },
      ...{ escapes: inText.escapes, attributeEscapes: inAttributes.escapes, odd: [...inText.odd, ...inAttributes.odd] },
      ...{ afterName: Buffer.from(afterName.text), afterOuter: Buffer.from(afterName.outer) },
      afterEmpty: Buffer.from(afterName.empty),
    },
  };
}
