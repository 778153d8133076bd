import { expect } from 'chai';
import { statementsOf } from '../../../lib/store/statements.js';
import type { Row } from '../../../lib/store/transaction.js';

describe('the statements of a chunk', () => {
  /** Rows of each, and that they are all rows, in order. */
  function sizes(rows: readonly Row[], roundTripMs = 1): number[] {
    const parts = [...statementsOf(rows, roundTripMs)];
    expect(parts.flat()).to.deep.equal(rows);
    return parts.map((part) => part.length);
  }
  const rows = (n: number, row: (i: number) => Row): Row[] => Array.from({ length: n }, (_, i) => row(i));

  it('have as many rows as SQLite takes', () => {
    expect(sizes([])).to.deep.equal([]);
    expect(sizes(rows(400, (id) => ({ id })))).to.deep.equal([400]);
    expect(sizes(rows(1_001, (id) => ({ id, name: 'x' })))).to.deep.equal([400, 400, 201]);
  });

  it('have fewer rows of many columns', () => {
    const columns = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`column_${i}`, i]));
    expect(sizes(rows(700, () => columns))).to.deep.equal([300, 300, 100]);
  });

  const wide = rows(600, (id) => ({ id, raw: Buffer.alloc(6_000), name: 'n'.repeat(1_000) }));

  it('have a megabyte of texts and bytes at most, but one row at least', () => {
    expect(sizes(wide)).to.deep.equal([142, 142, 142, 142, 32]);
    const large = (i: number): Row => ({ raw: Buffer.alloc(i === 1 ? 3_000_000 : 400_000) });
    expect(sizes(rows(5, large))).to.deep.equal([1, 1, 2, 1]);
  });

  it('have more bytes where each has a long way', () => {
    expect(sizes(wide, 20)).to.deep.equal([400, 200]);
  });
});
