import { randomBytes } from 'node:crypto';

export type Direction = 'outbound' | 'inbound';

const ID_BYTES: Record<Direction, number> = { outbound: 9, inbound: 10 };

/**
 * A message id of the published structure: base64 over two lead bytes, the counterpart's digits with their length,
 * a direction mark and an upper-case hexadecimal id. Clients must treat it as opaque.
 */
export function createWamid(digits: string, direction: Direction): string {
  const id = randomBytes(ID_BYTES[direction]).toString('hex').toUpperCase();
  const bytes = Buffer.concat([
    Buffer.from([0x1c, 0x18, digits.length]),
    Buffer.from(digits, 'latin1'),
    Buffer.from([0x15, 0x02, 0x00, direction === 'outbound' ? 0x11 : 0x12, 0x18, id.length]),
    Buffer.from(id, 'latin1'),
    Buffer.from([0x00]),
  ]);
  return `wamid.${bytes.toString('base64')}`;
}
