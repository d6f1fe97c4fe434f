import { ConfigurationError } from './configuration.error.js';
import type { Environment } from './environment.js';
import type { Variable } from './variable.js';

/**
 * Whoever sets a variable that has no effect believes something that is not so.
 * @param known every variable that there is.
 * @throws ConfigurationError for one that is set without what it needs.
 */
export function checkPairs(env: Environment, known: readonly Variable[]): void {
  for (const variable of known) {
    if (!variable.needs || !env.has(variable)) continue;
    const [name, ...values] = variable.needs;
    const other = known.find((one) => one.name === name);
    if (!other) throw new Error(`${variable.name} needs ${name}, which is no variable.`);
    const isMet = values.length === 0 ? env.has(other) : values.includes(String(env.get(other)));
    if (isMet) continue;
    const wanted = [name, ...(values.length === 0 ? [] : [`to be ${values.join(' or ')}`])].join(' ');
    throw new ConfigurationError(`${variable.name} needs ${wanted}: without it, it has no effect.`);
  }
}
