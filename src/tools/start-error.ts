/** Exit codes of the launcher, after sysexits.h where it has one. */
export const EXIT = { failed: 1, inUse: 75, badConfig: 78 } as const;

/** A reason not to start that its reader can act on: printed as one line, without a stack. */
export class StartError extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
  ) {
    super(message);
    this.name = 'StartError';
  }
}
