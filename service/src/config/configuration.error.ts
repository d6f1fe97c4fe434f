/** The environment is wrong: the message is one sentence that says what to change. */
export class ConfigurationError extends Error {}
