import { queueOrder } from '../../../src/modules/dispatch/runs/queue-order.js';

describe('the order of a run queue', () => {
  it('takes column names as parameters, never as SQL', () => {
    const params: unknown[] = ['run', 'list'];
    const sql = queueOrder(
      [{ fieldName: `x'; DROP TABLE contacts; --`, direction: 'DESC', numeric: false }],
      params,
    );
    expect(sql).not.toContain('DROP');
    expect(params).toEqual(['run', 'list', `x'; DROP TABLE contacts; --`]);
  });

  it('puts priority contacts first and arrival last', () => {
    expect(queueOrder([], [])).toBe('c.priority DESC, c.seq ASC');
  });
});
