import { GraphError } from '../graph/graph-errors.js';

const ACCEPTED = /^\+?[\d\-() ]+$/;

/**
 * Digits of a recipient as the platform reads them. Without a plus the sender's country code is put in front
 * (WhatsApp Cloud API, phone numbers: formats).
 * @throws GraphError 131009 when the text is no phone number.
 */
export function normaliseRecipient(input: string, senderCountryCode: string): string {
  const trimmed = input.trim();
  const digits = trimmed.replace(/\D/g, '');
  const international = trimmed.startsWith('+') ? digits : senderCountryCode + digits;
  if (!ACCEPTED.test(trimmed) || international.length < 7 || international.length > 15) {
    throw new GraphError(131009, "Parameter 'to' is not a valid phone number");
  }
  return international;
}

/**
 * The id WhatsApp keeps for a number: Brazilian area codes from 31 on lose the ninth digit, Mexican numbers get a 1
 * and Argentine ones a 9 after the country code.
 */
export function toWaId(digits: string): string {
  if (/^55[3-9]\d9\d{8}$/.test(digits) && Number(digits.slice(2, 4)) >= 31) {
    return digits.slice(0, 4) + digits.slice(5);
  }
  if (/^52[2-9]\d{9}$/.test(digits)) return `521${digits.slice(2)}`;
  if (/^54[1-8]\d{9}$/.test(digits)) return `549${digits.slice(2)}`;
  return digits;
}
