const DOMAIN = /^\.?[a-z0-9-]+(\.[a-z0-9-]+)*$/;

/** Whether a text names a host as `app.example.com`, or all below one as `.example.com`. */
export function isClientDomain(text: string): boolean {
  return DOMAIN.test(text);
}
