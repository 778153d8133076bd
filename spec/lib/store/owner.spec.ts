import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { forget, isDead, newOwner, parseOwner } from '../../../lib/store/owner.js';

describe('the owner of a checkpoint', () => {
  const me = newOwner('session');
  after(() => forget(me));

  it('is alive as long as its process and its ledger', () => {
    const other = newOwner('session');
    expect(isDead(other)).to.equal(false);
    expect(isDead(parseOwner(JSON.stringify(other)))).to.equal(false);
    forget(other);
    expect(isDead(other)).to.equal(true);
    expect(isDead(me)).to.equal(false);
  });

  it('is dead when its process is gone', async () => {
    const child = spawn(process.execPath, ['--eval', '']);
    const { pid } = child;
    await once(child, 'exit');
    expect(isDead({ ...me, pid: pid! })).to.equal(true);
  });

  it('is dead when another process has its number', () => {
    if (me.started === null) return;
    expect(isDead({ ...me, started: '1' })).to.equal(true);
    expect(isDead({ ...me, pid: process.ppid, started: '1' })).to.equal(true);
  });

  it('is dead when the host was started anew', () => {
    if (me.boot === null) return;
    expect(isDead({ ...me, boot: '00000000-0000-0000-0000-000000000000 pid:[1]' })).to.equal(true);
  });

  it('cannot be told dead in another namespace of processes, or on another host', () => {
    expect(isDead({ ...me, host: `not-${me.host}`, pid: 999_999_999 })).to.equal(false);
    if (me.boot === null) return;
    const elsewhere = `${me.boot.split(' ')[0]} pid:[1]`;
    expect(isDead({ ...me, boot: elsewhere, pid: 999_999_999 })).to.equal(false);
  });
});
