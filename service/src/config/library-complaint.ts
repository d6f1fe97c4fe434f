import type { YamlFile, YamlPath } from './yaml-file.js';

/** Lets the library look at what a file says. @throws ConfigurationError with its sentence, and the place in the file. */
export function complainOf(yaml: YamlFile, path: YamlPath, look: () => unknown): void {
  try {
    look();
  } catch (error) {
    throw yaml.complaint(path, error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
  }
}
