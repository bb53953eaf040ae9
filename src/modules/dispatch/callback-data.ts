const VERSION = 'depesche1';
const PATTERN = new RegExp(`^${VERSION}:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$`, 'u');

/** What the provider echoes in every status of a message: our id of it, and nothing about the person. */
export function callbackDataOf(messageId: string): string {
  return `${VERSION}:${messageId}`;
}

/** Our message id in echoed callback data; undefined when another program wrote it. */
export function messageIdOf(callbackData: string | undefined): string | undefined {
  return PATTERN.exec(callbackData ?? '')?.[1];
}
