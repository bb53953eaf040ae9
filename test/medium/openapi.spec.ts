import fs from 'node:fs';
import { makeOpenApi, OPENAPI_FILE } from '../../src/tools/write-openapi.js';

interface Operation {
  tags?: string[];
  security?: Record<string, string[]>[];
  operationId: string;
  responses: Record<string, { description?: string }>;
}

type Paths = Record<string, Record<string, Operation>>;

// Routes of the API that need no token. Whoever adds one writes it down here.
const PUBLIC: string[] = [];

/** The whole difference may be thousands of lines long. */
function firstDifference(committed: string, made: string): string | undefined {
  const ours = made.split('\n');
  const theirs = committed.split('\n');
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  return committed === made ? undefined : `line ${at + 1}: "${theirs[at]}", the code makes "${ours[at]}"`;
}

describe('openapi.json', () => {
  let text: string;
  let routes: { route: string; operation: Operation }[];

  beforeAll(async () => {
    text = await makeOpenApi();
    const { paths } = JSON.parse(text) as { paths: Paths };
    routes = Object.entries(paths)
      .filter(([path]) => path.startsWith('/api/v2/'))
      .flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => ({
          route: `${method.toUpperCase()} ${path}`,
          operation,
        })),
      );
  });

  const routesWhere = (isWrong: (operation: Operation, route: string) => boolean): string[] =>
    routes.filter(({ operation, route }) => isWrong(operation, route)).map(({ route }) => route);

  it('is what the code makes: if not, run `npm run openapi` and commit the file', () => {
    const committed = fs.existsSync(OPENAPI_FILE) ? fs.readFileSync(OPENAPI_FILE, 'utf8') : '';
    expect(firstDifference(committed, text)).toBeUndefined();
  });

  it('is the same each time it is made, and names no server', async () => {
    expect(await makeOpenApi()).toBe(text);
    expect((JSON.parse(text) as { servers: unknown[] }).servers).toEqual([]);
  });

  it('has the routes of every module', () => {
    const tags = new Set(routes.flatMap(({ operation }) => operation.tags ?? []));
    expect(routes.length).toBeGreaterThan(50);
    expect(tags.size).toBeGreaterThan(5);
  });

  it('groups every route of the API', () => {
    expect(routesWhere(({ tags }) => !tags?.length)).toEqual([]);
  });

  it('says of every route of the API that it needs a token, but for the public ones', () => {
    const open = routesWhere(({ security }) => !security?.some((way) => 'bearer' in way));
    expect(open).toEqual(PUBLIC);
  });

  it('says of every route of the API how it answers when all is well', () => {
    const silent = ({ responses }: Operation) =>
      Object.keys(responses).filter((status) => status.startsWith('2')).length !== 1;
    expect(routesWhere(silent)).toEqual([]);
  });

  it('gives every operation a name of its own', () => {
    const ids = routes.map(({ operation }) => operation.operationId);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});
