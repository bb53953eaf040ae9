/** The times of a callable time set may have changed. */
export class CallableTimeSetChanged {
  constructor(readonly callableTimeSetId: string) {}
}
