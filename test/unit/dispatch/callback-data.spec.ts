import { callbackDataOf, messageIdOf } from '../../../src/modules/dispatch/callback-data.js';

describe('callback data', () => {
  const id = '0b2e7f5e-58c9-4a0b-9b80-1f8c4b8f2a11';

  it('comes back as the message it was made for', () => {
    expect(messageIdOf(callbackDataOf(id))).toBe(id);
    expect(callbackDataOf(id).length).toBeLessThan(512);
  });

  it.each([
    undefined,
    '',
    'v1:t42:c7',
    id,
    'depesche1:not-an-id',
    `depesche1:${id}:more`,
    `depesche1:${'-'.repeat(36)}`,
    `depesche1:${id.replaceAll('-', '0')}`,
  ])('ignores %p', (foreign) => {
    expect(messageIdOf(foreign)).toBeUndefined();
  });
});
