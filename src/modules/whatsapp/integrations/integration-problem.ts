import { GraphCallError } from '../cloud-api/graph-client.js';
import type { IntegrationError } from './integration.entity.js';
import { AccountProblem } from './whatsapp-account.js';

/** What WhatsApp said against an account or number, in words for its owner; undefined for a defect of ours. */
export function toProblem(error: unknown): IntegrationError | undefined {
  if (error instanceof AccountProblem) return { code: error.code, message: error.message };
  if (!(error instanceof GraphCallError)) return undefined;
  const code = error.error ? `whatsapp.error.${error.error.code}` : 'whatsapp.unreachable';
  return { code, message: error.message };
}
