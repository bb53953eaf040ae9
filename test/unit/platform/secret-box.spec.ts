import { randomBytes } from 'node:crypto';
import { SecretBox } from '../../../src/platform/crypto/secret-box.js';

const key = randomBytes(32).toString('base64');

describe('SecretBox', () => {
  it('opens what it sealed, and seals differently each time', () => {
    const box = new SecretBox(key);
    const sealed = box.seal('töken', 'a:1');
    expect(box.open(sealed, 'a:1')).toBe('töken');
    expect(box.seal('töken', 'a:1')).not.toEqual(sealed);
    expect(sealed.toString('latin1')).not.toContain('ken');
    expect(sealed[0]).toBe(1);
  });

  it('opens nothing at another place, under another key, or after a change', () => {
    const box = new SecretBox(key);
    const sealed = box.seal('token', 'a:1');
    const changed = Buffer.from(sealed);
    changed[changed.length - 1]! ^= 1;
    expect(() => box.open(sealed, 'a:2')).toThrow('could not be decrypted');
    expect(() => new SecretBox(randomBytes(32).toString('base64')).open(sealed, 'a:1')).toThrow('decrypted');
    expect(() => box.open(changed, 'a:1')).toThrow('decrypted');
    expect(() => box.open(Buffer.of(1, 2), 'a:1')).toThrow('unknown form');
    expect(() => box.open(Buffer.concat([Buffer.of(9), sealed.subarray(1)]), 'a:1')).toThrow('key version');
  });

  it('opens with each of its keys, and seals with the first', () => {
    const newKey = randomBytes(32).toString('base64');
    const sealed = new SecretBox(key).seal('token', 'a:1');
    const both = new SecretBox(`${newKey},${key}`);
    expect(both.open(sealed, 'a:1')).toBe('token');
    const resealed = both.reseal(sealed, 'a:1')!;
    expect(new SecretBox(newKey).open(resealed, 'a:1')).toBe('token');
    expect(both.reseal(resealed, 'a:1')).toBeUndefined();
    expect(() => both.reseal(sealed, 'a:2')).toThrow('could not be decrypted');
    expect(() => new SecretBox(newKey).reseal(sealed, 'a:1')).toThrow('could not be decrypted');
  });

  it('needs a key of 32 bytes', () => {
    expect(() => new SecretBox('short')).toThrow('32 bytes');
    expect(() => new SecretBox(undefined).seal('x', 'y')).toThrow('ENCRYPTION_KEY is not set');
  });
});
