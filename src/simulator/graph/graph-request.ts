import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { World } from '../accounts/world.js';
import type { SeedToken } from '../seed.js';
import { GraphError } from './graph-errors.js';

export type Permission = 'whatsapp_business_management' | 'whatsapp_business_messaging';
export type Loose = Record<string, unknown>;

/** Path prefix of every Graph route. */
export const VERSION = '/:version(^v\\d+\\.\\d+$)';

export const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One query parameter; the last one wins when it is repeated. */
export function queryOf(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Record<string, string | string[] | undefined>)[name];
  return Array.isArray(value) ? value.at(-1) : value;
}

/** One path parameter. */
export const pathOf = (request: FastifyRequest, name: string): string =>
  (request.params as Record<string, string>)[name] ?? '';

/** Compares two secrets in constant time. */
export function sameSecret(given: string, wanted: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(wanted);
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The token of a call, checked.
 * @throws GraphError 190 unknown or missing, 190/463 expired, 200 without the permission, 100 without a needed proof.
 */
export function authenticate(world: World, request: FastifyRequest, permission: Permission): SeedToken {
  const text = bearerOf(request);
  const token = text === undefined ? undefined : world.tokens.get(text);
  if (!token) {
    const details = text === undefined ? 'An access token is required' : 'Cannot parse access token';
    throw new GraphError(190, details, { title: 'Error validating access token' });
  }
  if (isExpired(token)) {
    const title = 'Error validating access token: Session has expired';
    throw new GraphError(190, 'The session has expired', { subcode: 463, title });
  }
  if (world.app.requireProof) checkProof(world.app.secret, token.token, queryOf(request, 'appsecret_proof'));
  if (!token.scopes.includes(permission)) {
    throw new GraphError(200, `The access token lacks the permission ${permission}`);
  }
  return token;
}

export const isExpired = (token: SeedToken): boolean =>
  token.expiresAt > 0 && token.expiresAt * 1_000 <= Date.now();

export function bearerOf(request: FastifyRequest): string | undefined {
  const match = /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(request.headers.authorization ?? '');
  return match?.[1] ?? queryOf(request, 'access_token');
}

function checkProof(secret: string, token: string, proof: string | undefined): void {
  const wanted = createHmac('sha256', secret).update(token).digest('hex');
  if (proof !== undefined && sameSecret(proof, wanted)) return;
  const details =
    proof === undefined ? 'appsecret_proof must be provided' : 'Invalid appsecret_proof provided';
  throw new GraphError(100, details);
}

/**
 * The body as an object; bodies arrive as text so that checks of higher rank can run before a parse error.
 * @throws GraphError 100 when it is no JSON object.
 */
export function jsonBody(request: FastifyRequest): Loose {
  if (request.body === undefined || request.body === null || request.body === '') return {};
  const body = parseLoosely(request.body);
  if (!body) throw new GraphError(100, 'The request body is not a valid JSON object');
  return body;
}

/** The body as an object, or undefined when it is none. */
export function parseLoosely(body: unknown): Loose | undefined {
  try {
    const parsed: unknown = typeof body === 'string' ? JSON.parse(body) : body;
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const TRACE_PREFIX = randomBytes(9).toString('base64url');
let traces = 0;

/** A support id, unique in this process. */
export const nextTraceId = (): string => `A${TRACE_PREFIX}${(traces += 1).toString(36).padStart(8, '0')}`;
