import type { Provider, Type } from '@nestjs/common';

export type Token<T> = abstract new (...args: never[]) => T;
type Instances<Tokens extends readonly Token<unknown>[]> = {
  [Index in keyof Tokens]: Tokens[Index] extends Token<infer T> ? T : never;
};

/** A provider made from others; the compiler checks the factory against what it asks for. */
export function provide<T, const Tokens extends readonly Token<unknown>[]>(
  token: Token<T>,
  inject: Tokens,
  useFactory: (...args: Instances<Tokens>) => T,
): Provider {
  return {
    provide: token,
    inject: [...inject] as Type[],
    useFactory: useFactory as (...args: unknown[]) => T,
  };
}
