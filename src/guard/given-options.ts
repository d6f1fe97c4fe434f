/** How a module gets its options. */
interface Imported {
  module: 'McpAuthModule' | 'McpResourceModule';
  /** Whether `forRoot` or `forRootAsync` was called at all. */
  isCalled: boolean;
}

/** @throws Error with one sentence where the class alone is imported, or a factory returns nothing. */
export function givenOptions<Options>(
  options: Options | null | undefined,
  { module, isCalled }: Imported,
): Options {
  if (options) return options;
  throw new Error(
    isCalled
      ? `${module} has no options: what \`forRootAsync\` is given returns none.`
      : `${module} has no options: import ${module}.forRoot({ … }), and not the class.`,
  );
}

/** @throws Error with one sentence where `forRoot` is called without options. */
export function calledWith<Options>(options: Options | undefined, module: Imported['module']): Options {
  if (typeof options === 'object' && options !== null) return options;
  throw new Error(`${module} has no options: call forRoot with them, ${module}.forRoot({ issuer, … }).`);
}

/** @throws Error with one sentence where nothing says where options come from. */
export function calledWithSource<Options extends object>(
  options: Options | undefined,
  module: Imported['module'],
): Options {
  const { useFactory, useClass, useExisting } = (options ?? {}) as Record<string, unknown>;
  if (options && (useFactory ?? useClass ?? useExisting)) return options;
  throw new Error(`${module} has no options: give forRootAsync a useFactory, useClass or useExisting.`);
}
