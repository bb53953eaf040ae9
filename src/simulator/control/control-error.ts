/** A refused control call with every reason. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    readonly reasons: string[],
  ) {
    super(reasons.join('; '));
  }
}
