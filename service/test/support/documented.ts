import type { Standalone } from './standalone.js';

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  anyOf?: Schema[];
  type?: string | string[];
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
}

interface Operation {
  operationId: string;
  responses: Record<
    string,
    { headers?: Record<string, unknown>; content?: Record<string, { schema: Schema }> }
  >;
}

export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const documents = new WeakMap<Standalone, Promise<OpenApi>>();

/** The description of the admin API of a service. */
export function openApi(service: Standalone): Promise<OpenApi> {
  let document = documents.get(service);
  if (!document) {
    document = fetch(`${service.issuer}/admin/api/v1/openapi.json`).then(
      (response) => response.json() as Promise<OpenApi>,
    );
    documents.set(service, document);
  }
  return document;
}

export interface Answer {
  method: string;
  /** As it was asked for. */
  url: string;
  status: number;
  headers: Headers;
  body: unknown;
}

/** What an answer of the admin API has that its description does not say; none of an address that is no operation. */
export function undocumented({ paths, components }: OpenApi, answer: Answer): string[] {
  const { method, url, status, headers, body } = answer;
  const { pathname } = new URL(url);
  // The more of it is said word by word, the better: `connections/count` is no `connections/{id}`.
  const path = Object.keys(paths)
    .toSorted((one, other) => one.split('{').length - other.split('{').length)
    .find((one) => new RegExp(`^${one.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname));
  const operation = path === undefined ? undefined : paths[path]?.[method.toLowerCase()];
  if (!operation) return [];
  const what = `${method} ${path} ${status}`;
  const said = operation.responses[status];
  if (!said) return [`${what} is not described`];
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  const missing = ['ETag', 'Retry-After', 'WWW-Authenticate'].filter(
    (name) => headers.has(name) && !headers.get(name)?.startsWith('W/') && !said.headers?.[name],
  );
  const faults = missing.map((name) => `${what} has the header ${name}`);
  const schema = said.content?.[type]?.schema;
  if (schema) return [...faults, ...mismatches(schema, body, components.schemas, what)];
  return type === '' ? faults : [...faults, `${what} is ${type}`];
}

function mismatches(
  schema: Schema,
  value: unknown,
  known: OpenApi['components']['schemas'],
  at: string,
): string[] {
  const { $ref, allOf, anyOf, type, items, properties, required, additionalProperties } = schema;
  const each = (one: Schema, part: unknown, place: string) => mismatches(one, part, known, place);
  if ($ref !== undefined) {
    const named = known[$ref.split('/').at(-1) ?? ''];
    return named ? each(named, value, at) : [`${at}: there is no ${$ref}`];
  }
  if (allOf) return allOf.flatMap((one) => each(one, value, at));
  if (anyOf) {
    const all = anyOf.map((one) => each(one, value, at));
    return all.some((one) => one.length === 0) ? [] : all.flat();
  }
  const kind = kindOf(value);
  const kinds = type === undefined ? [] : [type].flat();
  if (kinds.length > 0 && !kinds.includes(kind) && !(kind === 'integer' && kinds.includes('number')))
    return [`${at} is ${kind}, not ${kinds.join(' or ')}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${at} is ${String(value)}`];
  if (Array.isArray(value))
    return items ? value.flatMap((one, index) => each(items, one, `${at}/${index}`)) : [];
  if (kind !== 'object') return [];
  const members = value as Record<string, unknown>;
  return [
    ...(required ?? []).filter((name) => !(name in members)).map((name) => `${at}/${name} is missing`),
    ...Object.entries(members).flatMap(([name, part]) => {
      const one = properties?.[name];
      if (one) return each(one, part, `${at}/${name}`);
      return additionalProperties ? [] : [`${at}/${name} is not described`];
    }),
  ];
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
