/** Bytes of a JSON body, at most. */
export const JSON_LIMIT = 1_048_576;
