import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';

/** The payload of a webhook without a template, as the API documents it. */
export const defaultPayloadTemplate = `{
    "userId": {{userId}},
    "createdAt": {{createdAt}},
    "eventType": {{eventType}},
    "eventData": {{eventData}},
    "resource": {{resource}}
}`;

/** Matches a JSON string, or a variable outside of strings. */
const token = /"(?:[^"\\]|\\.)*"|\{\{\s*([\w.-]+)\s*\}\}/g;
const variable = /\{\{\s*([\w.-]+)\s*\}\}/g;

/**
 * Fills JSON text in which `{{name}}` stands for a value and `{{resource.id}}` for a field of one; unknown variables become null.
 * @param inStrings fill variables inside strings too: text as it is, any other value as JSON. Otherwise they are left unchanged.
 */
export function fillTemplate(template: string, variables: Item, inStrings: boolean): string {
  return template.replace(token, (found: string, path: string | undefined) => {
    if (path !== undefined) return JSON.stringify(valueAt(variables, path));
    if (!inStrings) return found;
    return found.replace(variable, (_, inner: string) => {
      const value = valueAt(variables, inner);
      return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
    });
  });
}

/** What was expected of a template that is not valid; `undefined`: it is valid. */
export function templateProblem(template: string): string | undefined {
  try {
    JSON.parse(fillTemplate(template, {}, false));
    return undefined;
  } catch {
    return 'JSON in which {{variables}} stand for values';
  }
}

function valueAt(variables: Item, path: string): Json {
  let value: Json = variables;
  for (const name of path.split('.')) {
    if (Array.isArray(value)) value = (value as readonly Json[])[Number(name)] ?? null;
    else if (isItem(value) && Object.hasOwn(value, name)) value = value[name] ?? null;
    else return null;
  }
  return value;
}
