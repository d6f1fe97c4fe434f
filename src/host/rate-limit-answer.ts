/** Whether a request may go on, and if not, when to try again. */
export type RateLimitAnswer =
  | {
      /** It may go on. */
      allowed: true;
    }
  | {
      /** It is one too many. */
      allowed: false;
      /** Seconds. */
      retryAfter: number;
    };
