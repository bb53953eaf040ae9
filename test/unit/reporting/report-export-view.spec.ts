import type { ExportFile } from '../../../src/modules/exports/index.js';
import type { ReportExportDto } from '../../../src/modules/reporting/exports/report-export.dto.js';
import { toReportExport } from '../../../src/modules/reporting/exports/report-export.view.js';

const DATE = new Date('2026-11-22T10:00:00Z');
const shown = (file: Partial<ExportFile>) =>
  toReportExport(
    {
      id: 'e1',
      state: 'running',
      rowCount: 0,
      expectedRows: 200,
      note: null,
      failureMessage: null,
      createdAt: DATE,
      finishedAt: null,
      expiresAt: DATE,
      ...file,
    } as ExportFile,
    { name: 'All' } as ReportExportDto,
    'https://example.com/file',
  );

describe('an export of interactions on the wire', () => {
  it.each([
    [0, 200, 0],
    [1, 200, 0],
    [2, 200, 1],
    [101, 200, 50],
    [199, 200, 99],
    // Not whole yet, although all rows that were counted are written.
    [200, 200, 99],
    [250, 200, 99],
    [0, 0, 0],
    [50, null, 0],
  ])('with %p of %p rows written is at %p percent', (rowCount, expectedRows, percent) => {
    expect(shown({ rowCount, expectedRows })).toMatchObject({
      status: 'RUNNING',
      percentageComplete: percent,
      downloadUrl: undefined,
    });
  });

  it('is at nothing while it waits, and whole only when it is done', () => {
    expect(shown({ state: 'queued', expectedRows: null })).toMatchObject({
      status: 'SUBMITTED',
      percentageComplete: 0,
    });
    expect(shown({ state: 'complete', rowCount: 200, finishedAt: DATE })).toMatchObject({
      status: 'COMPLETED',
      percentageComplete: 100,
      downloadUrl: 'https://example.com/file',
    });
  });

  it('says what is not in the file, and why it failed', () => {
    expect(shown({ state: 'complete', note: 'Cut: too many.' })).toMatchObject({
      status: 'COMPLETED_WITH_PARTIAL_RESULTS',
      message: 'Cut: too many.',
    });
    expect(shown({ state: 'failed', failureMessage: 'No room.' })).toMatchObject({
      status: 'FAILED',
      message: 'No room.',
    });
  });
});
