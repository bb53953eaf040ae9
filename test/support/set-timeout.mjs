// The limit of each Jest project; `globals` of the project carries the number.
jest.setTimeout(globalThis.testTimeoutMs);
