/** One spelling per domain and address: A to Z alone. Every other character is what it is, whatever it looks like. */
export function asciiLowerCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
