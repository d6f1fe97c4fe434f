import { ENTRIES, KEPT, LIBRARY, NEVER_WITH_RESOURCE, SERVICE } from './scripts/dependency-table.mjs';

const list = (names) => names.split(', ');
const either = (names) => names.map((name) => name.replaceAll('.', String.raw`\.`)).join('|');
const inside = (root, names) => String.raw`^${root}/(${either(names)})(/|\.tsx?$)`;
const packages = (names) => `node_modules/(${either(list(names))})/`;

function below(arrows, name) {
  const next = Object.entries(arrows).flatMap(([from, to]) => (list(from).includes(name) ? list(to) : []));
  return [...new Set(next.flatMap((each) => [each, ...below(arrows, each)]))];
}

function downwards(root, arrows) {
  const names = [...new Set(Object.entries(arrows).flat().flatMap(list))];
  const rules = names.map((name) => ({
    name: `${root}/${name} imports only ${below(arrows, name).join(', ') || 'itself'}`,
    severity: 'error',
    from: { path: inside(root, [name]) },
    to: { path: `^${root}/`, pathNot: inside(root, [name, ...below(arrows, name)]) },
  }));
  const unknown = { path: `^${root}/`, pathNot: inside(root, names) };
  return [
    ...rules,
    { name: `${root} has only what the table names`, severity: 'error', from: unknown, to: {} },
  ];
}

const kept = Object.entries(KEPT).map(([names, rooms]) => ({
  name: `${names}: only in ${rooms}`,
  severity: 'error',
  from: { path: '^src/', pathNot: inside('src', list(rooms)) },
  to: { path: packages(names) },
}));

export default {
  forbidden: [
    ...downwards('src', LIBRARY),
    ...downwards('service/src', SERVICE),
    ...kept,
    { name: 'no circle', severity: 'error', from: { path: '^(service/)?src/' }, to: { circular: true } },
    {
      name: `the library is imported by its entries alone: ${ENTRIES}`,
      severity: 'error',
      from: { pathNot: '^src/' },
      to: { path: '^src/', pathNot: inside('src', list(ENTRIES)) },
    },
    {
      name: 'the library is imported by its name',
      severity: 'error',
      from: { pathNot: '^src/' },
      to: { path: '^src/', dependencyTypesNot: ['aliased-tsconfig-paths'] },
    },
    {
      name: 'the library does not know the service',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^service/' },
    },
    {
      name: `nestjs-mcp-auth/resource and /testing go without ${NEVER_WITH_RESOURCE}`,
      severity: 'error',
      from: { path: '^src/(resource|testing)\\.ts$' },
      to: { path: packages(NEVER_WITH_RESOURCE), reachable: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
