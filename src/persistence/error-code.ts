/**
 * The `code` of an error of Node or of the driver; empty when it has none. Not `instanceof Error`, which is false for
 * errors of Node in the realm of a test runner.
 */
export function errorCode(error: unknown): string {
  const { code } = asObject(error);
  return typeof code === 'string' ? code : '';
}

/** The message of an error, whatever realm made it. */
export function errorMessage(error: unknown): string {
  const { message } = asObject(error);
  return typeof message === 'string' ? message : String(error);
}

/** The errors that an `AggregateError` holds; none for any other. */
export function errorsOf(error: unknown): readonly unknown[] {
  const { errors } = asObject(error);
  return Array.isArray(errors) ? errors : [];
}

function asObject(error: unknown): Record<string, unknown> {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
}
