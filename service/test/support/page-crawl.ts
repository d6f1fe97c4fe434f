import type { Page } from 'playwright-core';

/** Of one route, pages that differ in what their query has. */
const MOST_OF_ROUTE = 2;

/** The route of a path, by its pattern; undefined for what no controller serves. */
export function routeOf(routes: readonly string[], path: string): string | undefined {
  const isOf = (route: string) => {
    const [parts, asked] = [route, path].map((one) => one.split('/'));
    return (
      parts?.length === asked?.length &&
      parts?.every((part, index) => part.startsWith(':') || part === asked?.[index])
    );
  };
  // One without a parameter is meant before one with.
  return routes
    .filter(isOf)
    .toSorted((one, other) => Number(one.includes(':')) - Number(other.includes(':')))[0];
}

/**
 * Follows the links of pages from page to page, each once by its route and the names in its query.
 * @param starts addresses to begin at. @param routes patterns of paths. @param skipped those that are no pages.
 * @param look at the page that is shown.
 * @returns the addresses that were looked at, by route.
 */
export async function crawl(
  page: Page,
  starts: readonly string[],
  routes: readonly string[],
  skipped: readonly string[],
  look: () => Promise<void>,
): Promise<Map<string, string[]>> {
  const seen = new Map<string, string[]>();
  const known = new Set<string>();
  const queue = [...starts];
  for (let address = queue.shift(); address !== undefined; address = queue.shift()) {
    const { pathname, searchParams } = new URL(address);
    const route = skipped.includes(pathname) ? undefined : routeOf(routes, pathname);
    const key = `${route} ${[...searchParams.keys()].toSorted().join(' ')}`;
    if (route === undefined || known.has(key) || (seen.get(route)?.length ?? 0) >= MOST_OF_ROUTE) continue;
    known.add(key);
    seen.set(route, [...(seen.get(route) ?? []), address]);
    await page.goto(address);
    await look();
    queue.push(
      ...(await page.evaluate<string[]>(
        `[...document.querySelectorAll('a[href]')].map(({ href }) => href).filter((one) => one.startsWith(location.origin))`,
      )),
    );
  }
  return seen;
}
