import { displayText } from 'nestjs-mcp-auth/service-kit';
import type { SignInConfig } from '../../config/sign-in-config.js';
import { CREDENTIAL } from '../users.js';

/** Issuer → the name of its provider. */
export type SignInNames = ReadonlyMap<string, string>;

export function signInNames({ providers }: SignInConfig): SignInNames {
  return new Map(providers.map(({ issuer, name }) => [issuer, name]));
}

/** How somebody signs in, such as `Password, Company login`. */
export function waysInWords(ways: readonly string[], names: SignInNames): string {
  const words = ways.map((way) => (way === CREDENTIAL ? 'Password' : displayText(names.get(way) ?? way)));
  return words.join(', ') || 'Nothing yet';
}
