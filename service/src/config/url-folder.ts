import { redirectOrigin } from 'nestjs-mcp-auth/service-kit';

/** Times a path is decoded: nobody who means well encodes more often. */
const MOST_DECODINGS = 5;

/** Whether an https URL is another's or below it, segment by segment, however a server may read its path. */
export function isBelow(url: string, folder: string): boolean {
  const origin = redirectOrigin(url);
  if (origin === null || origin !== redirectOrigin(folder)) return false;
  const beginning = withSlash(new URL(folder).pathname);
  if (beginning === '/') return true;
  const { pathname } = new URL(url);
  const decoded = decodeFully(pathname);
  // A server that decodes once sees something between the two, of the same beginning.
  return (
    decoded !== null &&
    isPlainDecoded(decoded) &&
    [pathname, decoded].every((path) => withSlash(path).startsWith(beginning))
  );
}

/** Whether a path reads the same to every server, so that it can be the beginning of others. */
export function isPlainPath(pathname: string): boolean {
  return !pathname.includes('%') && isPlainDecoded(pathname);
}

/**
 * Whether nothing leads out of a path's folder: no dot segments, with parameters or without (`..;x`), no backslashes,
 * which some servers take for slashes, and no empty segments, which some leave out before they go up.
 */
function isPlainDecoded(path: string): boolean {
  if (/[\\\p{Cc}]/u.test(path)) return false;
  const segments = path.slice(1).split('/');
  return segments.every((segment, index) => {
    const name = segment.split(';', 1)[0]?.trim() ?? '';
    return name === '' ? index === segments.length - 1 && segment === '' : !/^\.{1,2}$/.test(name);
  });
}

/** Null for a path that is encoded wrongly, or again and again. */
function decodeFully(pathname: string): string | null {
  let path = pathname;
  try {
    for (let round = 0; round < MOST_DECODINGS; round++) {
      const decoded = decodeURIComponent(path);
      if (decoded === path) return path;
      path = decoded;
    }
  } catch {
    // Another server may read what this one cannot.
  }
  return null;
}

function withSlash(path: string): string {
  return path.replace(/\/?$/, '/');
}
