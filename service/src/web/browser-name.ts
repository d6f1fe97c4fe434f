import Bowser from 'bowser';

/** A browser in words, such as `Firefox on Windows`; what a browser says of itself proves nothing. */
export function browserName(userAgent: string | null): string {
  if (!userAgent) return 'An unknown browser';
  const { browser, os } = Bowser.parse(userAgent);
  const name = browser.name || 'An unknown browser';
  return os.name ? `${name} on ${os.name}` : name;
}
