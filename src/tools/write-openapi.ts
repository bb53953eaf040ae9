import 'reflect-metadata';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../app.module.js';
import { buildOpenApi } from '../openapi.js';
import { loadConfig } from '../platform/config/load-config.js';

const THIS_FILE = fileURLToPath(import.meta.url);
/** The committed copy, at the top of the project. */
export const OPENAPI_FILE = path.resolve(path.dirname(THIS_FILE), '../../openapi.json');

/**
 * The OpenAPI document as text, the same for the same code. It names no server, and nothing is connected to: in
 * preview mode Nest knows the controllers without making them.
 */
export async function makeOpenApi(): Promise<string> {
  const config = loadConfig({ DATABASE_URL: 'postgresql://unused', REDIS_URL: 'redis://unused' });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(config), new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  return `${JSON.stringify(withSortedKeys(buildOpenApi(app)), null, 2)}\n`;
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, withSortedKeys(inner)]));
}

async function main(): Promise<void> {
  fs.writeFileSync(OPENAPI_FILE, await makeOpenApi());
  console.log(`Wrote ${OPENAPI_FILE}`);
}

if (process.argv[1] && path.resolve(process.argv[1]) === THIS_FILE) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
