/** What one look at the service's surroundings has found. */
export interface Finding {
  /** `wrong` keeps the service from working; `doubtful` may. */
  state: 'well' | 'doubtful' | 'wrong';
  subject: string;
  /** How it is, or what to mend. */
  says: string;
}

/** A look that ends with an error has found what is wrong. */
export async function look(subject: string, work: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await work();
  } catch (error) {
    return [{ state: 'wrong', subject, says: reason(error) }];
  }
}

/** The innermost cause says most: a fetch that failed names the certificate or the host there. */
export function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined && error.message === 'fetch failed')
    return reason(error.cause);
  return error instanceof Error ? error.message : String(error);
}
