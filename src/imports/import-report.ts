/** What is taken over. */
export type ImportKind =
  | 'people'
  | 'passwords'
  | 'identities'
  | 'resources'
  | 'clients'
  | 'service accounts'
  | 'consents'
  | 'refresh tokens';

const KINDS: readonly ImportKind[] = [
  'people',
  'passwords',
  'identities',
  'resources',
  'clients',
  'service accounts',
  'consents',
  'refresh tokens',
];

/** Things of one kind that are not taken over, for one reason. */
export interface LeftBehind {
  /** What they are. */
  kind: ImportKind;
  /** Why, as the end of a sentence that begins with one of them. */
  why: string;
  /** How many there are. */
  count: number;
  /** The first of them, by their ids; none where they have no id that may be shown. */
  examples: string[];
}

/** What an import does, or would do. */
export interface BetterAuthReport {
  /** False for a dry run: nothing was written. */
  applied: boolean;
  /** How many of each kind are taken over by this run. */
  taken: Record<ImportKind, number>;
  /** How many of each kind an earlier run has taken over, or were here before; they stay as they are. */
  there: Record<ImportKind, number>;
  /** What stays behind. */
  left: LeftBehind[];
  /** What changes for what is taken, in whole sentences. */
  notes: string[];
}

const MOST_EXAMPLES = 20;

/** Counts while an import runs. */
export class ImportTally {
  private readonly taken = none();
  private readonly there = none();
  private readonly left = new Map<string, LeftBehind>();
  private readonly notes = new Map<string, number>();

  /** Another one is taken over. */
  take(kind: ImportKind): void {
    this.taken[kind] += 1;
  }

  /** Another one is there already. */
  find(kind: ImportKind): void {
    this.there[kind] += 1;
  }

  /**
   * Another one stays behind.
   * @param why the end of a sentence, without anything secret.
   * @param id by which its owner knows it; null for what has no such id.
   */
  leave(kind: ImportKind, id: string | null, why: string, count = 1): void {
    if (count === 0) return;
    const known = this.left.get(`${kind} ${why}`) ?? { kind, why, count: 0, examples: [] };
    known.count += count;
    if (id !== null && known.examples.length < MOST_EXAMPLES) known.examples.push(id);
    this.left.set(`${kind} ${why}`, known);
  }

  /** What is taken, and is not all that it was. @param sentence that ends with how many it concerns, without the number. */
  note(sentence: string): void {
    this.notes.set(sentence, (this.notes.get(sentence) ?? 0) + 1);
  }

  /** What has been counted. */
  report(applied: boolean): BetterAuthReport {
    const { taken, there } = this;
    const notes = [...this.notes].map(([sentence, count]) => `${sentence} (${count})`);
    return { applied, taken, there, left: [...this.left.values()], notes };
  }
}

function none(): Record<ImportKind, number> {
  return Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<ImportKind, number>;
}
