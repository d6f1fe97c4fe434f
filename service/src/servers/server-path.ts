/** The page about one server, or what is done there: an identifier is a URL, and stands in the query. */
export function serverPath(
  page: 'server' | 'change' | 'disable' | 'credentials',
  identifier: string,
): string {
  return `/admin/servers/${page}?${new URLSearchParams({ server: identifier }).toString()}`;
}
