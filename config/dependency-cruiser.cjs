// Floors of the house: each may use those below it, never those above or beside it.
const FLOORS = [
  ['^src/kernel/'],
  ['^src/platform/'],
  ['^src/modules/access/'],
  ['^src/modules/event-log/', '^src/modules/outbound-settings/'],
  ['^src/modules/imports/', '^src/modules/exports/'],
  [
    '^src/modules/contact-lists/',
    '^src/modules/dnc-lists/',
    '^src/modules/whatsapp/',
    '^src/modules/templates/',
  ],
  ['^src/modules/approved-templates/'],
  ['^src/modules/campaigns/'],
  ['^src/modules/dispatch/'],
  ['^src/modules/reporting/'],
  ['^src/modules/notifications/', '^src/modules/outgoing-webhooks/'],
  ['^src/(app\\.module|worker\\.module|main|process|openapi)\\.ts$', '^src/(database|tools|console)/'],
];

const upward = FLOORS.slice(0, -1).map((rooms, level) => ({
  name: `floor-${level}-looks-up`,
  severity: 'error',
  from: { path: rooms },
  to: { path: FLOORS.slice(level + 1).flat() },
}));

const neighbours = FLOORS.slice(0, -1)
  .filter((rooms) => rooms.length > 1)
  .flatMap((rooms) =>
    rooms.map((room) => ({
      name: `neighbour-of-${room.replace(/.*modules\/|\/$/g, '')}`,
      severity: 'error',
      from: { path: room },
      to: { path: rooms.filter((other) => other !== room) },
    })),
  );

module.exports = {
  forbidden: [
    ...upward,
    ...neighbours,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'modules-only-through-their-door',
      comment:
        'Other rooms import a module by its index.ts; only the composition of entities reaches deeper.',
      severity: 'error',
      from: { path: '^src/(?:modules/([^/]+)/|.*)', pathNot: '^src/database/entities\\.ts$' },
      to: { path: '^src/modules/([^/]+)/(?!index\\.ts$)', pathNot: '^src/modules/$1/' },
    },
    {
      name: 'simulator-stands-apart',
      severity: 'error',
      from: { path: '^src/simulator/' },
      to: { path: '^src/(?!simulator/)' },
    },
    {
      name: 'nobody-uses-the-simulator',
      severity: 'error',
      from: { path: '^src/(?!simulator/)' },
      to: { path: '^src/simulator/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.mjs$', '^src/console/web/'] },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node'] },
  },
};
