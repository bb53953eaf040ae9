import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import swc from '@swc/core';

// Plain JavaScript: Jest loads this file itself, without its module name mapping.
const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const SOURCES = ['src/tools', 'src/tools/embedded', 'test/support'];

function sourceFiles() {
  return SOURCES.flatMap((folder) =>
    fs
      .readdirSync(path.join(ROOT, folder))
      .filter((name) => /^(services|start-error)\.ts$/.test(name) || folder.endsWith('embedded'))
      .map((name) => path.join(folder, name)),
  );
}

/** Compiles the holder of the services and what it needs, once per state of its sources; dist may be old or absent here. */
function compile() {
  const hash = createHash('sha256');
  const sources = sourceFiles().map((file) => [file, fs.readFileSync(path.join(ROOT, file), 'utf8')]);
  for (const [file, text] of sources) hash.update(`${file}\0${text}\0`);
  const target = path.join(ROOT, '.cache/test-services', hash.digest('hex').slice(0, 16));
  if (fs.existsSync(target)) return target;
  const draft = `${target}.${process.pid}`;
  for (const [file, text] of sources) {
    const output = path.join(draft, file.replace(/\.ts$/, '.js'));
    const jsc = { target: 'es2023', parser: { syntax: 'typescript', decorators: true } };
    fs.mkdirSync(path.dirname(output), { recursive: true });
    fs.writeFileSync(
      output,
      swc.transformSync(text, { filename: file, swcrc: false, module: { type: 'es6' }, jsc }).code,
    );
  }
  try {
    fs.renameSync(draft, target);
  } catch {
    fs.rmSync(draft, { recursive: true, force: true }); // Another run was faster.
  }
  return target;
}

async function start() {
  const compiled = compile();
  const holder = fork(path.join(compiled, 'test/support/services.js'), [], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const answer = await new Promise((resolve) => {
    holder.once('message', resolve);
    holder.once('exit', (code) =>
      resolve({ error: `the process that holds them ended (exit code ${code})` }),
    );
  });
  if (answer.error) throw new Error(`PostgreSQL and Redis for the tests did not start: ${answer.error}`);
  process.env.DEPESCHE_TEST_TOOLS = path.join(compiled, 'src/tools');
  process.env.DEPESCHE_TEST_PG = answer.postgres;
  process.env.DEPESCHE_TEST_REDIS = answer.redis;
  holder.unref();
  holder.channel.unref();
  return holder;
}

/**
 * Starts one PostgreSQL and one Redis for the whole run, however many Jest projects ask for them. Their URLs are in
 * DEPESCHE_TEST_PG and DEPESCHE_TEST_REDIS; DEPESCHE_TEST_TOOLS is the folder of the compiled embedded tools, for
 * tests that run them in a process of its own.
 */
export default async function globalSetup() {
  globalThis.depescheTestServices ??= start();
  await globalThis.depescheTestServices;
}
