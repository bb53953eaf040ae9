import {
  type ImportProgress,
  type ImportState,
  toWireImportStatus,
} from '../../../src/modules/imports/import-status.js';

function progress(changes: Partial<ImportProgress>): ImportProgress {
  return {
    runId: 'r',
    targetId: 't',
    state: 'running',
    totalRecords: 200,
    completedRecords: 50,
    addedRows: 50,
    updatedRows: 0,
    rejectedRecords: 0,
    rejectedByCode: {},
    failureCode: null,
    failureMessage: null,
    ...changes,
  };
}

describe('import status on the wire', () => {
  it.each<[ImportState, string | undefined]>([
    ['queued', 'IN_PROGRESS'],
    ['running', 'IN_PROGRESS'],
    ['failed', 'FAILED'],
    ['complete', undefined],
  ])('%s is %s', (state, expected) => {
    expect(toWireImportStatus(progress({ state })).state).toBe(expected);
  });

  it('tells the percentage, 100 only at the end', () => {
    expect(toWireImportStatus(progress({})).percentComplete).toBe(25);
    expect(toWireImportStatus(progress({ completedRecords: 200 })).percentComplete).toBe(99);
    expect(toWireImportStatus(progress({ state: 'complete', totalRecords: 0 })).percentComplete).toBe(100);
    expect(toWireImportStatus(undefined).percentComplete).toBe(0);
  });

  it('tells why it failed, by code and in words', () => {
    const failed = progress({
      state: 'failed',
      failureCode: 'IMPORT_MISSING_CUSTOM_ID',
      failureMessage: 'x',
    });
    expect(toWireImportStatus(failed)).toMatchObject({
      failureReason: 'IMPORT_MISSING_CUSTOM_ID',
      failureMessage: 'x',
    });
  });
});
