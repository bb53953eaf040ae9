import type { RuledContact } from '../../campaigns/index.js';
import type { RuledMessage } from './ruled-messages.repository.js';

/** The contact of a message as rules see it. */
export function toContact(
  { data, address, column, evaluations }: Pick<RuledMessage, 'data' | 'address' | 'column' | 'evaluations'>,
  addressTypes: Readonly<Record<string, string>>,
): RuledContact {
  const lastResults = Object.fromEntries(
    Object.entries(evaluations).map(([name, { wrapupCodeId, timestamp }]) => [
      name,
      { wrapupCode: wrapupCodeId, at: new Date(timestamp) },
    ]),
  );
  return { data, address, addressType: addressTypes[column] ?? '', lastResults };
}
