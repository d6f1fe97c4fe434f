// Writes docs/reference: the API and the options from their docstrings, the variables of the service from their readers.
// Fails on an export or member without a docstring.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, ReflectionKind } from 'typedoc';
import { runnerImport } from 'vite';

const ROOT = join(import.meta.dirname, '..');
/** Interfaces whose members are options, below the option that has their type. */
const NESTED = [
  'OidcConfig',
  'SigningOptions',
  'RegistrationOptions',
  'MetadataDocumentOptions',
  'DatabaseOptions',
];

const { module } = await runnerImport(join(ROOT, 'scripts/variables-page.ts'), {
  root: ROOT,
  resolve: { alias: [{ find: /^nestjs-mcp-auth\/(.*)$/, replacement: join(ROOT, 'src/$1.ts') }] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
writeFileSync(join(ROOT, 'docs/reference/variables.md'), module.variablesPage());

const app = await Application.bootstrapWithPlugins({ options: join(ROOT, 'typedoc.json') });
const project = await app.convert();
if (!project) process.exit(1);
app.validate(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
await app.generateOutputs(project);
writeFileSync(join(ROOT, 'docs/reference/options.md'), options());

function options() {
  const parts = [
    ['Of `McpAuthModule.forRoot`', 'McpAuthOptions'],
    ['Classes of yours, found among your providers', 'McpAuthExtras'],
    ['Of each `resource`', 'ResourceOptions'],
    ['Of `McpResourceModule.forRoot`', 'McpResourceOptions'],
    ['Classes of yours for `McpResourceModule`', 'McpResourceExtras'],
  ];
  const tables = parts.map(
    ([title, name]) =>
      `## ${title}\n\n| option | required | |\n| --- | --- | --- |\n${rows(name).join('\n')}\n`,
  );
  return `# Options\n\nTimes are in seconds. Made from the source by \`npm run docs\`.\n\n${tables.join('\n')}`;
}

/** @returns {string[]} */
function rows(name, prefix = '') {
  const found = project.getReflectionsByKind(ReflectionKind.Interface).find((one) => one.name === name);
  return found.children.flatMap(({ name: option, type, comment, flags }) => {
    if (NESTED.includes(type.toString())) return rows(type.toString(), `${prefix}${option}.`);
    const text = comment.summary.map((part) => part.text).join('');
    const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`);
    return [`| \`${prefix}${option}\` | ${flags.isOptional ? '' : 'yes'} | ${line} |`];
  });
}
