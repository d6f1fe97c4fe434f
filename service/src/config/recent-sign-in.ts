/** Seconds for which a sign-in is one of the person themselves, and not of a browser that was left open. */
export const RECENT_SIGN_IN = 600;
