import pg from 'pg';
import type { DataSource } from 'typeorm';
import { requestContext } from '../../src/operations/request-context.js';

/** A statement as it went to the database. */
export interface Sent {
  text: string;
  values: unknown[];
  /** Whether a request has sent it, and not the background. */
  isOfRequest: boolean;
}

export interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Filter?: string;
  Plans?: Plan[];
}

/** Of the index of living grants, this leaves out what has just expired. */
const UNEXPIRED = /^\("?expiresAt"? > [^()]*\)$/;

/** What a connection asks once, when it is new. */
const OPENING = /pg_backend_pid/;

let recording: Sent[] | null = null;
const query = Reflect.get(pg.Client.prototype, 'query');
pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  const [first, given] = args;
  const { text, values = given } = (typeof first === 'string' ? { text: first } : first) as Partial<Sent>;
  if (text !== undefined && !OPENING.test(text))
    recording?.push({
      text,
      values: Array.isArray(values) ? values : [],
      isOfRequest: requestContext() !== null,
    });
  return Reflect.apply(query, this, args) as unknown;
} as typeof query;

/** What is sent to the database while `work` runs, BEGIN and COMMIT among it. */
export async function sentDuring(work: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = [];
  recording = sent;
  try {
    await work();
  } finally {
    recording = null;
  }
  return sent;
}

/** How PostgreSQL would read for each of those that read or write rows, with its text. */
export async function plansOf(
  dataSource: DataSource,
  sent: readonly Sent[],
  { seqscan = true } = {},
): Promise<{ text: string; plans: Plan[] }[]> {
  const reading = sent.filter(({ text }) => /^\s*(WITH|SELECT|INSERT|UPDATE|DELETE)/.test(text));
  return dataSource.transaction(async (manager) => {
    if (!seqscan) await manager.query('SET LOCAL enable_seqscan = off');
    const all = [];
    for (const { text, values } of reading) {
      const [explained] = await manager.query<{ 'QUERY PLAN': { Plan: Plan }[] }[]>(
        `EXPLAIN (FORMAT JSON) ${text}`,
        values,
      );
      all.push({ text, plans: (explained?.['QUERY PLAN'] ?? []).map(({ Plan: plan }) => plan) });
    }
    return all;
  });
}

/** The large tables that are read from end to end: by themselves, or along an index that leads nowhere. */
export function readWhole(plan: Plan, large: readonly string[]): string[] {
  const { 'Node Type': type, 'Relation Name': table = '', 'Index Cond': condition, Filter: filter } = plan;
  const isOfLiving = plan['Index Name'] === 'oauthGrant_lastUse_idx';
  const leavesOut = filter !== undefined && !(isOfLiving && UNEXPIRED.test(filter));
  const isAlong = type.startsWith('Index') && condition === undefined && leavesOut;
  const isWhole = large.includes(table) && (type === 'Seq Scan' || isAlong);
  return [...(isWhole ? [table] : []), ...(plan.Plans ?? []).flatMap((part) => readWhole(part, large))];
}
