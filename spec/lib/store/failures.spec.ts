import { expect } from 'chai';
import { DatabaseError, InputError } from '../../../lib/errors.js';
import { databaseError, isBroken, isServerError, kindOf, serverMessage } from '../../../lib/store/failures.js';

const coded = (code: string, message = 'it failed') => Object.assign(new Error(message), { code });

describe('what a failure means', () => {
  const KINDS = {
    row: ['22021', '22P02', '23505', '23514', '54000', 'SQLITE_CONSTRAINT_CHECK', 'SQLITE_TOOBIG', 'SQLITE_MISMATCH'],
    transient: [
      '40001',
      '40P01',
      '08006',
      '57P01',
      '57P03',
      '55P03',
      '25006',
      '25P03',
      '53300',
      'ECONNRESET',
      'ECONNREFUSED',
      'EPIPE',
      'ETIMEDOUT',
      'EAI_AGAIN',
      'SQLITE_BUSY',
      'SQLITE_BUSY_SNAPSHOT',
      'SQLITE_LOCKED',
    ],
    timeout: ['57014'],
    full: ['53100', 'SQLITE_FULL'],
    refused: ['42501', '42P01', '28P01', '3D000', '58030', 'SQLITE_READONLY', 'SQLITE_CORRUPT', 'SQLITE_IOERR_WRITE'],
    defect: ['ERR_INVALID_ARG_TYPE'],
  };
  for (const [kind, codes] of Object.entries(KINDS)) {
    it(`${kind}: ${codes.join(', ')}`, () => {
      for (const code of codes) expect(kindOf(coded(code)), code).to.equal(kind);
    });
  }

  it('is read from the words where there is no code', () => {
    for (const words of [
      'Connection terminated unexpectedly',
      'BEGIN - Connection terminated unexpectedly',
      'Client has encountered a connection error and is not queryable',
      'Query read timeout',
      'timeout expired',
    ]) {
      expect(kindOf(new Error(words)), words).to.equal('transient');
      expect(isBroken(new Error(words)), words).to.equal(true);
    }
    expect(kindOf(new TypeError('x is not a function'))).to.equal('defect');
    expect(kindOf(new AggregateError([coded('ECONNREFUSED')]))).to.equal('transient');
  });

  it('tells errors of the server from errors of the way to it', () => {
    expect(isServerError(coded('23505'))).to.equal(true);
    expect(isServerError(coded('EPIPE'))).to.equal(false);
    expect(isBroken(coded('23505'))).to.equal(false);
    expect(isBroken(coded('57P01'))).to.equal(true);
  });

  it('is told in one line, without the statement', () => {
    const knexError = coded('23505', 'insert into "t" ("a") values ($1) - duplicate key\nvalue - of "t"');
    expect(serverMessage(coded('23505', 'INSERT INTO t VALUES (?) - UNIQUE failed'))).to.equal('UNIQUE failed');
    expect(serverMessage(knexError)).to.not.contain('\n');
    const error = databaseError(coded('53100', 'no space'), 'a.sqlite');
    expect(error).to.be.instanceOf(DatabaseError).and.include({ code: 'DATABASE_FULL', databaseCode: '53100' });
    expect(error.message).to.equal('a.sqlite is full: no space');
    // As of a name with several addresses: without words of its own.
    const refused = new AggregateError([coded('ECONNREFUSED', 'connect ECONNREFUSED ::1:5432')]);
    expect(databaseError(refused, 'postgres').message).to.equal(
      'postgres does not answer: connect ECONNREFUSED ::1:5432',
    );
    expect(serverMessage(coded('ETIMEDOUT', ''))).to.equal('ETIMEDOUT');
    const ours = new InputError('INPUT_IN_USE', 'held');
    expect(databaseError(ours, 'a.sqlite')).to.equal(ours);
  });
});
