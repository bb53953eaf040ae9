import { explainProviderError } from '../whatsapp/index.js';

/** What is kept of a provider error with a message. */
export interface ProviderEvidence {
  errorCode: number;
  /** Plain English. */
  errorText: string;
  /** Detail of the delivery status (Genesys Cloud API, delivery status). */
  errorDetail: string;
}

/** The error as reports show it; nothing when there was none. */
export function evidenceOf(error: { code: number; subcode?: number } | undefined): Partial<ProviderEvidence> {
  if (!error) return {};
  const { text, detail } = explainProviderError(error.code, error.subcode);
  return { errorCode: error.code, errorText: text, errorDetail: detail };
}
