type Value = `$${number}`;

/**
 * The part of a `WITH` that answers the device of an interaction (`$1` in the browser `$2`): `device`. It comes before
 * whatever ends the interaction, which depends on `deviceAnswered`: so that of several answers, in whatever browsers, one
 * counts, and none is half of one.
 * @param condition what else must hold.
 */
export function answeredDevice(
  table: (name: string) => string,
  {
    hash,
    answer,
    now,
    expiresAt,
  }: { hash: Value; answer: 'allowed' | 'denied'; now: Value; expiresAt: Value },
  condition = 'true',
): string {
  return `device AS (
      UPDATE ${table('oauthDeviceCode')} SET "answer" = '${answer}',
        "expiresAt" = GREATEST("expiresAt", ${expiresAt}::timestamptz)
      WHERE "hash" = ${hash}::text AND "answer" IS NULL AND "expiresAt" > ${now}::timestamptz AND ${condition}
        AND EXISTS (SELECT 1 FROM ${table('oauthInteraction')}
          WHERE "id" = $1 AND "browserHash" = $2 AND "expiresAt" > ${now}::timestamptz)
      RETURNING "hash"
    )`;
}

/** Whether the interaction may end: it is of no device, or its device is answered by this statement. */
export function deviceAnswered(hash: Value): string {
  return `(${hash}::text IS NULL OR EXISTS (SELECT 1 FROM device))`;
}
