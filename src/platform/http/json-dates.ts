/** A moment on the wire: ISO-8601, UTC, milliseconds (Genesys Cloud API, common value types). */
export function toWireDate(date: Date): string;
export function toWireDate(date: Date | null | undefined): string | undefined;
export function toWireDate(date: Date | null | undefined): string | undefined {
  return date?.toISOString();
}
