/** Makes a switch exhaustive at compile time; throws when a value outside the type slips in at run time. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
